import { unavailable } from "./apiErrors.ts";

/** Lets so many pieces of work run at once, and so many wait. */
export class LoadGate {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  /**
   * Runs a piece of work when there is room for it.
   * @throws {ApiError} 503 if too many wait.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) await this.#wait();
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Whoever ends hands its place on. */
  async #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mayWait)
      throw unavailable(`Too many such requests at once: ${this.#atOnce} run and ${this.#mayWait} wait; try again`);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
