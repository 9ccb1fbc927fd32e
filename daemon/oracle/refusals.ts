import type { Logger } from "pino";
import type { Counter } from "prom-client";

import { describeRevert, findRevertData } from "../../clients/contractErrors.ts";
import { FieldError } from "../../src/units/errors.ts";
import { hideAddresses } from "../service/logger.ts";
import { ReportRefusal } from "./reportRefusal.ts";

/** Why a part of the work cannot be done now. */
export class RefusalError extends FieldError {}

/** Tells of what cannot be done: in the log once until the reason changes, and counted each time. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #counter: Counter;
  readonly #signal: AbortSignal;
  readonly #reasons = new Map<string, string>();

  /** @param signal Once it is aborted, what fails is cut short by that, and not told. */
  constructor(log: Logger, counter: Counter, signal: AbortSignal) {
    [this.#log, this.#counter, this.#signal] = [log, counter, signal];
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
      if (!this.#signal.aborted) this.#note(kind, error);
      return false;
    }
  }

  /** Forgets the reason, so that the same one is told again. */
  clear(kind: string): void {
    if (this.#reasons.delete(kind)) this.#log.info({ kind }, "no longer refused");
  }

  #note(kind: string, error: unknown): void {
    const known = knownProblem(error);
    // What nobody foresaw may carry an address with a key in it, and is to be found in the program.
    const problem = known ?? hideAddresses(error instanceof Error ? error.message : String(error));
    this.#counter.inc({ kind, reason: error instanceof ReportRefusal ? error.reason : "other" });
    if (this.#reasons.get(kind) === problem) return;
    this.#reasons.set(kind, problem);
    const fields = { kind, reason: problem };
    this.#log.warn(known === undefined ? { ...fields, err: error } : fields, "refused");
  }
}

/** What a contract or a check says; nothing for any other failure. */
function knownProblem(error: unknown): string | undefined {
  const data = findRevertData(error);
  const revert = data === undefined ? undefined : describeRevert(data);
  return revert ?? (error instanceof FieldError ? error.message : undefined);
}
