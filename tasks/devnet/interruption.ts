const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first signal that asks this process to end. */
export class Interruption {
  /** Which one it was, in words. */
  readonly reason: Promise<string>;
  readonly #abort = new AbortController();
  readonly #listeners = new Map<NodeJS.Signals, () => void>();

  constructor() {
    this.reason = new Promise((resolve) => {
      for (const name of SIGNALS) {
        const listener = () => {
          resolve(`received ${name}`);
          this.#abort.abort();
        };
        this.#listeners.set(name, listener);
        process.on(name, listener);
      }
    });
  }

  /** Aborted with the signal. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Leaves signals to the system again. */
  ignore(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }
}
