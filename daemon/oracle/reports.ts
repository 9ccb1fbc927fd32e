import type { Logger } from "pino";

import type { Observation } from "../../clients/observation.ts";
import type { Report } from "../../src/oracle/messages.ts";
import type { Signatory } from "./memberSigner.ts";

/** A report that was found right, the keys that it is of, and what it was computed from. */
export type CheckedReport = Pick<Observation, "report" | "keys" | "reference" | "inputs">;

/**
 * Collects and checks all that a report rests on.
 * @throws {FieldError} That says why no report can be signed.
 */
export type CollectReport = (refSlot: bigint) => Promise<CheckedReport>;

/** What was collected and kept for a slot, by whichever process; nothing where none was. */
export type RecallReport = (refSlot: bigint) => CheckedReport | undefined;

/** Collects the report of a frame once, and signs it. */
export class ReportDuty {
  readonly #collect: CollectReport;
  readonly #recall: RecallReport;
  readonly #log: Logger;
  #collected: CheckedReport | undefined;
  #recalled: CheckedReport | undefined;

  constructor(collect: CollectReport, recall: RecallReport, log: Logger) {
    this.#collect = collect;
    this.#recall = recall;
    this.#log = log;
  }

  /**
   * What was collected for a frame, also before the program was started again.
   * @throws {FieldError} If what was kept is damaged.
   */
  find(refSlot: bigint): CheckedReport | undefined {
    if (this.#collected?.report.refSlot === refSlot) return this.#collected;
    // Large, and asked for in each round until all of it is done.
    if (this.#recalled?.report.refSlot !== refSlot) this.#recalled = this.#recall(refSlot);
    return this.#recalled;
  }

  /** Collects the report of a frame, unless it did before. */
  async observe(refSlot: bigint): Promise<CheckedReport> {
    if (this.#collected?.report.refSlot === refSlot) return this.#collected;
    this.#log.info({ refSlot: refSlot.toString() }, "collecting report");
    this.#collected = await this.#collect(refSlot);
    this.#recalled = undefined;
    this.#log.info({ report: printed(this.#collected.report) }, "collected report");
    return this.#collected;
  }

  /**
   * Signs the report of a frame, unless it did before.
   * @throws {AlreadySignedError} If another one is on record.
   */
  async sign(signatory: Signatory, refSlot: bigint): Promise<void> {
    if (signatory.isDone("report", refSlot.toString())) return;
    const { report } = await this.observe(refSlot);
    await signatory.sign({ kind: "report", message: report });
  }
}

function printed(report: Report): Record<string, string> {
  return Object.fromEntries(Object.entries(report).map(([field, value]) => [field, String(value)]));
}
