/** Most rounds in which something that failed again and again is left out. */
const MOST_LEFT_OUT = 15;

/** What fails again and again is tried ever less often: not in 0, 1, 3, 7, and at last 15 rounds after each failure. */
export class Backoff {
  readonly #failures = new Map<string, number>();
  readonly #leftOut = new Map<string, number>();

  /** Whether something is to be tried in this round; to be asked once in each. */
  isDue(name: string): boolean {
    const rounds = this.#leftOut.get(name) ?? 0;
    if (rounds > 0) this.#leftOut.set(name, rounds - 1);
    return rounds === 0;
  }

  /** @returns Failures in a row before this one. */
  failed(name: string): number {
    const before = this.#failures.get(name) ?? 0;
    this.#failures.set(name, before + 1);
    this.#leftOut.set(name, Math.min(2 ** before - 1, MOST_LEFT_OUT));
    return before;
  }

  /** @returns Failures in a row before. */
  succeeded(name: string): number {
    const before = this.#failures.get(name) ?? 0;
    this.#failures.delete(name);
    return before;
  }
}
