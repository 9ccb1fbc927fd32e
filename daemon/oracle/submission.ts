import type { Logger } from "pino";

import type { SeatedCommittee } from "../../clients/seatedCommittee.ts";
import type { Pool } from "../../clients/pool.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { requiredSigners } from "../../src/oracle/quorum.ts";
import { frameNumber, placeInFrame, turnTime } from "../../src/oracle/rotation.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { CommitteeMessages } from "../exchange/committeeMessages.ts";
import { packSignatures } from "../exchange/packSignatures.ts";
import type { TransactionSender } from "../service/transactions.ts";
import type { DueFrame, ReportingState } from "./frame.ts";
import { RefusalError } from "./refusals.ts";

/** Sends transactions one after the other, and says what became of each. */
export type Sender = Pick<TransactionSender, "send">;

/** What a member submits reports with. */
export interface SubmissionParts {
  readonly pool: Pick<Pool, "poolETH" | "accounting">;
  readonly sender: Sender;
  readonly turnSeconds: number;
  readonly log: Logger;
}

/** Sends the report that enough members signed, when it is this member's turn. */
export class ReportSubmission {
  readonly #parts: SubmissionParts;
  /** When enough signatures of a report were seen first, by the chain's time, and of which. */
  #seen: { readonly digest: Hex; readonly at: bigint } | undefined;

  constructor(parts: SubmissionParts) {
    this.#parts = parts;
  }

  /**
   * Sends the report of a frame if enough members signed it, nobody applied or sent it yet, and those before this member
   * had time.
   * @param own Digest that the member signed itself, if it signed.
   * @throws {RefusalError} If members agree on another report than this member's, or the contract refuses it.
   */
  async submit(
    messages: Pick<CommitteeMessages, "agreements">,
    { members, quorum }: SeatedCommittee,
    { self, own }: { readonly self: string; readonly own: Hex | undefined },
    { clock, now, last }: ReportingState,
    { refSlot }: DueFrame,
  ): Promise<void> {
    const { pool, turnSeconds } = this.#parts;
    const { pooledEther } = await pool.poolETH.rebaseState();
    const ready = messages.agreements("report").flatMap((agreement) => {
      const report = agreement.versions[0]?.message;
      if (report?.refSlot !== refSlot) return [];
      const required = requiredSigners(report, last, pooledEther, { members: members.length, quorum });
      return agreement.signatures.size < required ? [] : [{ ...agreement, report, required }];
    });
    const chosen = ready.find(({ digest }) => digest === own) ?? ready[0];
    if (chosen === undefined) return;
    if (own !== undefined && chosen.digest !== own)
      throw new RefusalError(
        `report of slot ${refSlot}`,
        chosen.digest,
        `was signed by a quorum, and is not what this member signed, ${own}`,
        "find out which of the two is right; the others can send it",
      );
    const place = placeInFrame(members, self, frameNumber(refSlot, clock.slotsPerFrame));
    // Somebody who is no member comes last.
    const turn = turnTime(this.#sinceOf(chosen.digest, now), place ?? members.length, turnSeconds);
    if (now < turn) return;
    // A transaction that never comes into a block keeps this member waiting for no more than a turn.
    const isPatient = now < turnTime(turn, 1, turnSeconds);
    if (isPatient && (await this.#isPending(refSlot))) return;
    await this.#send(chosen.report, packSignatures(chosen, chosen.required));
  }

  #sinceOf(digest: Hex, now: bigint): bigint {
    if (this.#seen?.digest !== digest) this.#seen = { digest, at: now };
    return this.#seen.at;
  }

  /** Whether a node knows of a transaction that applies the report, in no block so far. Many nodes know none of others. */
  async #isPending(refSlot: bigint): Promise<boolean> {
    const { pool, log } = this.#parts;
    // Some nodes have no pending block.
    const pending = await pool.accounting.lastReport({ blockTag: "pending" }).catch(() => undefined);
    if (pending === undefined || pending.refSlot < refSlot) return false;
    log.debug({ refSlot: refSlot.toString() }, "report was sent, and is in no block so far");
    return true;
  }

  async #send(report: Report, signatures: Hex): Promise<void> {
    const { pool, sender, log } = this.#parts;
    // Another member may have been first since the round began.
    if ((await pool.accounting.lastReport()).refSlot >= report.refSlot) return;
    await pool.accounting.applyReport.staticCall({ ...report }, signatures);
    const { to, data } = await pool.accounting.applyReport.populateTransaction({ ...report }, signatures);
    const sent = await sender.send({ purpose: "report", to, data });
    const refSlot = report.refSlot.toString();
    if (sent.result === "mined") log.info({ refSlot, hash: sent.hash }, "submitted report");
    else log.warn({ refSlot, result: sent.result, reason: sent.reason }, "did not submit report");
  }
}
