import { endsWithin } from "../../clients/deadline.ts";

/** Work that goes on beside the rounds of a daemon, one piece at a time. */
export class SideTask {
  readonly #patienceMs: number;
  #underWay: Promise<unknown> | undefined;

  /** @param patienceMs How long the round that begins a piece waits for its end, milliseconds. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** Begins a piece of work, unless another one is under way. What goes wrong within the patience is thrown. */
  async begin(work: () => Promise<unknown>): Promise<void> {
    if (this.#underWay !== undefined) return;
    const piece = work().finally(() => {
      this.#underWay = undefined;
    });
    this.#underWay = piece;
    await endsWithin(this.#patienceMs, piece);
  }

  /** Waits until nothing is under way, however that ended. */
  async settled(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
  }
}
