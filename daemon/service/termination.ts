const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Signals that ask a daemon to end: the first one in order, another one at once. */
export class Termination {
  readonly #controller = new AbortController();
  readonly #listeners: readonly (readonly [NodeJS.Signals, () => void])[];

  /** @param onFirst Told of the first signal. */
  constructor(onFirst: (name: string) => void) {
    this.#listeners = Object.entries(SIGNALS).map(([name, number]) => {
      const listener = (): void => {
        // As shells report a process that a signal has ended.
        if (this.#controller.signal.aborted) process.exit(128 + number);
        onFirst(name);
        this.#controller.abort(new Error(`received ${name}`));
      };
      return [name as NodeJS.Signals, listener] as const;
    });
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** Aborted with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends what listens to the signal, without one. */
  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Leaves signals to the system again. */
  ignore(): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }
}
