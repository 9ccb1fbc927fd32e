import type { Logger } from "pino";
import type { Counter } from "prom-client";

import { describeRevert, findRevertData } from "../../clients/contractErrors.ts";
import { FieldError } from "../../src/units/errors.ts";
import { ReportRefusal } from "./reportRefusal.ts";

/** Why a part of the work cannot be done now. */
export class RefusalError extends FieldError {}

/** Tells of what cannot be done: in the log once until the reason changes, and counted each time. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #counter: Counter;
  readonly #reasons = new Map<string, string>();

  constructor(log: Logger, counter: Counter) {
    this.#log = log;
    this.#counter = counter;
  }

  /**
   * Does a part of the work, which may fail for itself.
   * @returns Whether it succeeded.
   */
  async attempt(kind: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.clear(kind);
      return true;
    } catch (error) {
      this.#note(kind, error);
      return false;
    }
  }

  /** Forgets the reason, so that the same one is told again. */
  clear(kind: string): void {
    if (this.#reasons.delete(kind)) this.#log.info({ kind }, "no longer refused");
  }

  #note(kind: string, error: unknown): void {
    const problem = problemOf(error);
    this.#counter.inc({ kind, reason: error instanceof ReportRefusal ? error.reason : "other" });
    if (this.#reasons.get(kind) === problem) return;
    this.#reasons.set(kind, problem);
    this.#log.warn({ kind, reason: problem }, "refused");
  }
}

function problemOf(error: unknown): string {
  const data = findRevertData(error);
  const revert = data === undefined ? undefined : describeRevert(data);
  return revert ?? (error instanceof Error ? error.message : String(error));
}
