import type { DatabaseSync } from "node:sqlite";

import {
  ageMark,
  subjectOf,
  type MemberMessage,
  type MessageKind,
  type SignedMessage,
} from "../../src/oracle/signedMessages.ts";
import { parseSignedMessages, printSignedMessages } from "../../src/oracle/signedMessagesFile.ts";
import { FieldError } from "../../src/units/errors.ts";
import type { Hex } from "../../src/units/hex.ts";
import { openExclusive } from "../service/exclusiveDatabase.ts";

/** The member signed something else already, and must not sign this. */
export class AlreadySignedError extends FieldError {}

/** For which committee somebody signs, and who. */
export interface Signing {
  readonly chainId: bigint;
  /** Of the `Committee`. */
  readonly committee: string;
  readonly signer: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS signatures (
    domain TEXT NOT NULL, signer TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    mark INTEGER NOT NULL, digest TEXT NOT NULL, message TEXT, signature TEXT,
    PRIMARY KEY (domain, signer, kind, subject)
  ) STRICT, WITHOUT ROWID;`;
const KEY = "domain = ? AND signer = ? AND kind = ?";
/** In place of a signature that is not there yet. */
const NO_SIGNATURE: Hex = `0x${"00".repeat(65)}`;

/**
 * The durable record of what a member signs: it holds a message before a signature of it is asked for, so that a member
 * signs only one report of a frame, whenever its process or machine ends, and whatever it sees afterwards. One process has
 * it at a time.
 */
export class SignatureRecord {
  readonly #database: DatabaseSync;

  /**
   * @param file Made if missing.
   * @throws {RecordInUseError} If another process has it open.
   */
  constructor(file: string) {
    this.#database = openExclusive(file, SCHEMA, "member");
  }

  /**
   * Notes that a message is to be signed; when this returns, it is on the disk.
   * @returns The signature, if it was signed before.
   * @throws {AlreadySignedError} If another one is noted for the same subject.
   */
  claim(signing: Signing, message: MemberMessage, digest: Hex): Hex | undefined {
    const subject = subjectOf(message);
    this.#database
      .prepare("INSERT OR IGNORE INTO signatures VALUES (?, ?, ?, ?, ?, ?, ?, NULL)")
      .run(...keyOf(signing, message.kind), subject, ageMark(message), digest, print(signing, message));
    const row = this.#database
      .prepare(`SELECT digest, signature FROM signatures WHERE ${KEY} AND subject = ?`)
      .get(...keyOf(signing, message.kind), subject);
    if (row?.digest !== digest)
      throw new AlreadySignedError(
        `${message.kind} of ${subject}`,
        digest,
        `differs from what was signed, or was about to be, ${String(row?.digest)}`,
        "find out which of the two is right; this member signs no second one",
      );
    return row.signature === null ? undefined : (row.signature as Hex);
  }

  /** Keeps the signature of a message that was claimed. */
  keep(signing: Signing, message: MemberMessage, signature: Hex): void {
    this.#database
      .prepare(`UPDATE signatures SET signature = ? WHERE ${KEY} AND subject = ?`)
      .run(signature, ...keyOf(signing, message.kind), subjectOf(message));
  }

  /** Whether there is a signature for a subject. */
  has(signing: Signing, kind: MessageKind, subject: string): boolean {
    const row = this.#database
      .prepare(`SELECT 1 FROM signatures WHERE ${KEY} AND subject = ? AND signature IS NOT NULL`)
      .get(...keyOf(signing, kind), subject);
    return row !== undefined;
  }

  /** What was signed of a kind, the newest first. */
  newest(signing: Signing, kind: MessageKind, limit: number): SignedMessage[] {
    const rows = this.#database
      .prepare(
        `SELECT message, signature FROM signatures WHERE ${KEY} AND signature IS NOT NULL AND message IS NOT NULL
         ORDER BY mark DESC, subject LIMIT ?`,
      )
      .all(...keyOf(signing, kind), limit);
    return rows.flatMap(({ message, signature }) =>
      parseSignedMessages(String(message), "data").messages.map((each) => ({ ...each, signature: signature as Hex })),
    );
  }

  /** Forgets all of a kind up to, not including, a block or slot; of reports only what they said, never that there was one. */
  prune(signing: Signing, kind: MessageKind, before: bigint): void {
    const change =
      kind === "report"
        ? `UPDATE signatures SET message = NULL WHERE message IS NOT NULL AND ${KEY}`
        : `DELETE FROM signatures WHERE ${KEY}`;
    this.#database.prepare(`${change} AND mark < ?`).run(...keyOf(signing, kind), before);
  }

  close(): void {
    this.#database.close();
  }
}

function keyOf({ chainId, committee, signer }: Signing, kind: MessageKind): [string, string, string] {
  return [`${chainId}:${committee.toLowerCase()}`, signer.toLowerCase(), kind];
}

function print({ chainId, committee }: Signing, message: MemberMessage): string {
  const messages = [{ ...message, signature: NO_SIGNATURE }];
  return printSignedMessages({ chainId, committee: committee as Hex, messages });
}
