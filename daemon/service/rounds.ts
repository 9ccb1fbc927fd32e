import { setTimeout as sleep } from "node:timers/promises";

import type { DaemonContext, Worker } from "./context.ts";

/** How often rounds come, and how long they may take; all in seconds. */
export interface RoundLimits {
  /** Pause between two rounds. */
  readonly pollSeconds: number;
  /** Longest pause after failures in a row. */
  readonly maxPauseSeconds: number;
  /** A round that takes longer hangs. */
  readonly roundSeconds: number;
  /** How long a round may take to end when the daemon is to. */
  readonly stopSeconds: number;
}

/** How rounds went until now. */
export interface RoundsStatus {
  readonly isHung: boolean;
  /** When a round last succeeded, milliseconds of the machine's clock. */
  readonly succeededAt: number | undefined;
  /** Why the last round failed; nothing if it succeeded, or there was none. */
  readonly failure: string | undefined;
}

/** A round has taken too long, so that the daemon cannot go on: two rounds never run at a time. */
export class HungRound extends Error {}

const BUCKETS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000];

/** Has a daemon do its rounds, one at a time. */
export class Rounds {
  readonly #worker: Worker;
  readonly #limits: RoundLimits;
  readonly #context: Pick<DaemonContext<unknown>, "log" | "signal">;
  readonly #metrics: ReturnType<typeof createMetrics>;
  #status: RoundsStatus = { isHung: false, succeededAt: undefined, failure: undefined };

  constructor(
    worker: Worker,
    limits: RoundLimits,
    context: Pick<DaemonContext<unknown>, "log" | "signal" | "metrics">,
  ) {
    [this.#worker, this.#limits, this.#context] = [worker, limits, context];
    this.#metrics = createMetrics(context.metrics);
  }

  get status(): RoundsStatus {
    return this.#status;
  }

  /**
   * Rounds until the signal, with pauses that double with each failure in a row.
   * @throws {HungRound} If a round takes too long.
   */
  async repeat(): Promise<void> {
    const { signal } = this.#context;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.once()) ? 0 : failures + 1;
      await sleep(1_000 * pauseAfter(failures, this.#limits), undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * One round, and what it leaves to go on beside it.
   * @returns Whether the round succeeded.
   * @throws {HungRound} If the round takes too long.
   */
  async single(): Promise<boolean> {
    const isDone = await this.once();
    await this.#worker.settled?.();
    return isDone;
  }

  /**
   * One round.
   * @returns Whether it succeeded.
   * @throws {HungRound} If it takes too long.
   */
  async once(): Promise<boolean> {
    const { log, signal } = this.#context;
    const stopTimer = this.#metrics.seconds.startTimer();
    const count = (result: string) => ({ result, seconds: Number(stopTimer().toFixed(3)) });
    try {
      await this.#withinLimits(this.#worker.round());
      this.#status = { isHung: false, succeededAt: Date.now(), failure: undefined };
      this.#metrics.last.setToCurrentTime();
      this.#end(count("succeeded"));
      return true;
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (signal.aborted) {
        this.#end(count("stopped"));
        return false;
      }
      const isHung = error instanceof HungRound;
      this.#status = { ...this.#status, isHung, failure };
      log.error({ err: error }, isHung ? "round hangs" : "round failed");
      this.#end(count(isHung ? "hung" : "failed"));
      if (isHung) throw error;
      return false;
    }
  }

  #end({ result, seconds }: { result: string; seconds: number }): void {
    this.#metrics.total.inc({ result });
    this.#context.log.debug({ result, seconds }, "round");
  }

  /** Waits for a round, but not longer than it may take, and only a little when the daemon is to end. */
  async #withinLimits(round: Promise<void>): Promise<void> {
    const { roundSeconds, stopSeconds } = this.#limits;
    const { signal } = this.#context;
    const done = new AbortController();
    const after = async (seconds: number): Promise<void> => {
      await sleep(1_000 * seconds, undefined, { signal: done.signal });
      throw new HungRound(`takes longer than ${seconds} seconds`);
    };
    const afterStop = new Promise<void>((_, reject) => {
      const stop = (): void => {
        after(stopSeconds).catch(reject);
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { signal: done.signal });
    });
    const limits = [after(roundSeconds), afterStop];
    // What comes after the end of the race is of no interest.
    for (const each of [round, ...limits]) each.catch(() => undefined);
    try {
      await Promise.race([round, ...limits]);
    } finally {
      done.abort();
    }
  }
}

function pauseAfter(failures: number, { pollSeconds, maxPauseSeconds }: RoundLimits): number {
  return Math.min(pollSeconds * 2 ** failures, Math.max(pollSeconds, maxPauseSeconds));
}

function createMetrics(metrics: DaemonContext<unknown>["metrics"]) {
  return {
    total: metrics.counter("rounds_total", "Rounds by how they ended", ["result"]),
    seconds: metrics.histogram("round_seconds", "Time that rounds took", BUCKETS),
    last: metrics.gauge("last_round_timestamp_seconds", "When a round last succeeded"),
  };
}
