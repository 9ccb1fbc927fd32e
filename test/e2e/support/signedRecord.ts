import { Wallet, type TypedDataDomain } from "ethers";

import { fetchCommitteeDomain } from "../../../clients/committee.ts";
import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { messageDigest, signerOf } from "../../../src/oracle/signedMessages.ts";
import type { DaemonPool } from "./daemonPool.ts";

/** All reports that members were ever seen to have signed: by member and reference slot, the digests. */
export class SignedRecord {
  readonly #digests = new Map<string, Set<string>>();
  /** Whose are recorded. */
  readonly #members: Set<string>;
  readonly #urls: readonly string[];
  readonly #domain: TypedDataDomain;

  private constructor(daemons: DaemonPool, domain: TypedDataDomain) {
    this.#urls = daemons.members.map(({ exchangeUrl }) => exchangeUrl);
    this.#domain = domain;
    this.#members = new Set(daemons.members.map(({ privateKey }) => new Wallet(privateKey).address));
  }

  static async of(daemons: DaemonPool): Promise<SignedRecord> {
    return new SignedRecord(daemons, await fetchCommitteeDomain(daemons.pool.live.suite.poolETH));
  }

  /** Looks at what each member serves now. */
  async look(): Promise<void> {
    for (const answer of await collectSignedMessages(this.#urls, { timeout: ANSWER_MS })) {
      if (!("signed" in answer)) continue;
      for (const signed of answer.signed.messages) {
        if (signed.kind !== "report") continue;
        const digest = messageDigest(this.#domain, signed);
        const member = signerOf(digest, signed.signature);
        if (member === undefined || !this.#members.has(member)) continue;
        const key = `${member} at ${signed.message.refSlot}`;
        const digests = this.#digests.get(key) ?? new Set();
        this.#digests.set(key, digests.add(digest));
      }
    }
  }

  /** Counts no more of a member that is made to lie. */
  leaveOut(member: string): void {
    this.#members.delete(member);
  }

  /** Members and slots for which there is more than one report. */
  get twice(): string[] {
    return [...this.#digests].filter(([, digests]) => digests.size > 1).map(([key]) => key);
  }

  /** How many members signed a report of a slot. */
  signersOf(refSlot: bigint): number {
    return [...this.#digests.keys()].filter((key) => key.endsWith(` at ${refSlot}`)).length;
  }

  /** How many signatures there are. */
  get size(): number {
    return this.#digests.size;
  }
}

/** A member that was stopped holds its connections open. */
const ANSWER_MS = 500;
