/** Too many requests wait already. */
export class QueueFullError extends Error {}

/** Works on one request at a time, in their order. */
export class RequestQueue {
  readonly #maxWaiting: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param maxWaiting How many may wait for the one that is worked on. */
  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs a task after those that came before it.
   * @throws {QueueFullError} At once, if too many wait.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting > this.#maxWaiting)
      throw new QueueFullError(`${this.#maxWaiting} requests wait already: ask again later`);
    this.#waiting++;
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#waiting--;
    }
  }
}
