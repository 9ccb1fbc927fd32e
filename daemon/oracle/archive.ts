import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { deflateSync, inflateSync } from "node:zlib";

import { FieldError } from "../../src/units/errors.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import { readArchived, writeArchived } from "./archiveText.ts";
import type { ReportRecord } from "./reportRecord.ts";

/** An archive of reports cannot be read, or does not take one. */
export class ArchiveError extends FieldError {}

/** A report of an archive without what it rests on. */
export interface ArchivedEntry {
  readonly refSlot: bigint;
  /** What members sign. */
  readonly digest: Hex;
  /** SHA-256 of the record. */
  readonly hash: Hex;
}

/** Some hundred bytes of each key and deposit: enough for a hundred thousand of them. */
const MAX_BYTES = 256 * 2 ** 20;
/** Raised where the record of a report changes, which is not read by another version. */
const VERSION = 2;

/** The archive's file in the folder of a daemon's data. */
export function archiveFile(data: string): string {
  return join(data, "reports.sqlite");
}

/** Keeps every report that was ever collected, with all that it rests on. Nothing is ever changed or removed. */
export class ReportArchive {
  readonly #database: DatabaseSync;
  readonly #file: string;

  /** @param file Database, made where there is none; `:memory:` keeps nothing. */
  constructor(file: string) {
    this.#file = file;
    this.#database = new DatabaseSync(file);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS reports (
        id INTEGER PRIMARY KEY, version INTEGER NOT NULL, ref_slot INTEGER NOT NULL, digest TEXT NOT NULL,
        hash TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (ref_slot, hash)
      );
    `);
  }

  /**
   * Adds a report, which is on the disk when this returns; the same once more changes nothing.
   * @returns SHA-256 of its record.
   * @throws {ArchiveError} If it is too large.
   */
  save(collected: ReportRecord): Hex {
    // Its keys follow from the inputs.
    const record: ReportRecord = { ...collected, ...{ keys: undefined } };
    const text = Buffer.from(writeArchived(record));
    const { refSlot } = collected.report;
    if (text.length > MAX_BYTES)
      throw new ArchiveError(
        "report",
        `${text.length} bytes`,
        "is too large for the archive",
        "keep fewer keys in a pool",
      );
    const hash = hashOf(text);
    this.#database
      .prepare("INSERT OR IGNORE INTO reports (version, ref_slot, digest, hash, body) VALUES (?, ?, ?, ?, ?)")
      .run(VERSION, refSlot, collected.digest, hash, deflateSync(text));
    return hash;
  }

  /**
   * The report of a slot; the newest one if several were collected.
   * @throws {ArchiveError} If its record is damaged.
   */
  find(refSlot: bigint): ReportRecord | undefined {
    return this.#read("WHERE ref_slot = ? ORDER BY id DESC", refSlot);
  }

  /**
   * All reports of a slot that this version reads, the newest first, each read when it is asked for.
   * @throws {ArchiveError} If a record is damaged.
   */
  *ofSlot(refSlot: bigint): Generator<ReportRecord> {
    const ids = this.#database
      .prepare("SELECT id FROM reports WHERE ref_slot = ? AND version = ? ORDER BY id DESC")
      .all(refSlot, VERSION);
    for (const { id } of ids) {
      const record = this.#read("WHERE id = ?", BigInt(id as number));
      if (record !== undefined) yield record;
    }
  }

  /** All reports, in the order in which they came. */
  list(): ArchivedEntry[] {
    const rows = this.#database.prepare("SELECT ref_slot, digest, hash FROM reports ORDER BY id").all();
    return rows.map(({ ref_slot: slot, digest, hash }) => {
      return { refSlot: BigInt(slot as number), digest: digest as Hex, hash: hash as Hex };
    });
  }

  close(): void {
    this.#database.close();
  }

  #read(condition: string, value: bigint): ReportRecord | undefined {
    const select = `SELECT version, ref_slot, hash, body FROM reports ${condition} LIMIT 1`;
    const row = this.#database.prepare(select).get(value);
    if (row === undefined) return undefined;
    const { version, ref_slot: refSlot, hash, body } = row;
    if (version !== VERSION)
      throw this.#damaged(refSlot, `was kept by another version, ${String(version)}`, "read it with that one");
    const text = inflate(body);
    if (text === undefined || hashOf(text) !== hash)
      throw this.#damaged(refSlot, "is not what was kept: its hash differs", "restore the archive from a copy");
    return readArchived(text.toString()) as ReportRecord;
  }

  #damaged(slot: unknown, problem: string, remedy: string): ArchiveError {
    return new ArchiveError(`report of slot ${String(slot)}`, this.#file, problem, remedy);
  }
}

function inflate(body: unknown): Buffer | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  try {
    return inflateSync(body, { maxOutputLength: MAX_BYTES });
  } catch {
    return undefined;
  }
}

function hashOf(text: Uint8Array): Hex {
  return toHex(createHash("sha256").update(text).digest());
}
