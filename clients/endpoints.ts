/** Longest pause after failures in a row, milliseconds. */
const MAX_PAUSE = 60_000;
const FIRST_PAUSE = 500;

/** A server that can be asked instead of others. */
export class Endpoint {
  readonly url: URL;
  #failures = 0;
  #pausedUntil = 0;

  constructor(url: URL) {
    this.url = url;
  }

  /** What messages show of it: the rest of many addresses contains a key. */
  get host(): string {
    return this.url.host;
  }

  /** Time in milliseconds until which it is asked only where no other is left; 0 if it works. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  succeeded(): void {
    [this.#failures, this.#pausedUntil] = [0, 0];
  }

  /** Has it left alone for a while, which doubles with each failure in a row. */
  failed(now: number): void {
    this.#pausedUntil = now + Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
    this.#failures++;
  }
}

/** Servers in the order in which to ask them: those that work as they are configured, then those that failed. */
export function inOrder(endpoints: readonly Endpoint[], now: number): Endpoint[] {
  const rank = ({ pausedUntil }: Endpoint): number => (pausedUntil <= now ? 0 : pausedUntil);
  return [...endpoints].sort((a, b) => rank(a) - rank(b));
}
