import type { SlotOutcome } from "../beacon/slotDriver.ts";

/** How time passes. */
export type Time =
  /** A slot for waiting transactions, and as many as are asked for, as fast as the machine allows. */
  | { readonly kind: "virtual" }
  /** Slot after slot, as fast as the machine allows. */
  | { readonly kind: "unbounded" }
  /** As on a public network. */
  | { readonly kind: "real"; readonly slotSeconds: number; readonly genesisTime: number };

/** What makes slots. */
export interface SlotMaker {
  step(isMissed: boolean): Promise<SlotOutcome>;
  /** How many transactions wait for a block. */
  waiting(): Promise<number>;
  readonly onError: (error: Error) => void;
}

/** Blocks made for one transaction before it is left waiting: it may lack ether, or the one before it. */
const MAX_ATTEMPTS = 3;
/** Transactions that come together go into one block. */
const GATHERING_MS = 4;
/**
 * After the last transaction another slot passes, as it would in real time: what a newest block contains can be built on
 * only then, such as its hash.
 */
const SETTLING_MS = 250;

/** Decides when a slot passes. */
export class Pace {
  readonly #time: Time;
  readonly #maker: SlotMaker;
  #isStopped = false;
  #isAwake = false;
  #settling: NodeJS.Timeout | undefined;
  #chain: Promise<unknown> = Promise.resolve();

  constructor(time: Time, maker: SlotMaker) {
    this.#time = time;
    this.#maker = maker;
  }

  /** Begins to let time pass by itself. */
  start(slot: number): void {
    if (this.#time.kind === "unbounded") this.#run(() => 0);
    if (this.#time.kind === "real") {
      const { slotSeconds, genesisTime } = this.#time;
      let next = slot;
      this.#run(() => (genesisTime + ++next * slotSeconds) * 1_000 - Date.now());
    }
  }

  /** A transaction has come: in virtual time a slot passes. */
  wake(): void {
    if (this.#time.kind !== "virtual" || this.#isAwake || this.#isStopped) return;
    this.#isAwake = true;
    clearTimeout(this.#settling);
    setTimeout(() => void this.#includeWaiting(), GATHERING_MS);
  }

  /** Lets slots pass at once; only in virtual time. */
  async advance(slots: number, isMissed: boolean): Promise<SlotOutcome | undefined> {
    let last: SlotOutcome | undefined;
    for (let i = 0; i < slots && !this.#isStopped; i++) last = await this.#step(isMissed);
    return last;
  }

  /** Lets the slot that passes come to its end, and none after it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#settling);
    await this.#chain.catch(() => undefined);
  }

  async #includeWaiting(): Promise<void> {
    try {
      let before = Infinity;
      for (let attempts = 0; attempts < MAX_ATTEMPTS && !this.#isStopped; attempts++) {
        this.#isAwake = false;
        await this.#step(false);
        const waiting = await this.#maker.waiting();
        if (waiting === 0) break;
        if (waiting < before) attempts = 0;
        before = waiting;
      }
      this.#settle();
    } catch (error) {
      this.#maker.onError(error as Error);
    }
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#step(false).catch(this.#maker.onError);
    }, SETTLING_MS);
  }

  #run(delay: () => number): void {
    const next = () => {
      if (this.#isStopped) return;
      this.#step(false)
        .catch((error: unknown) => {
          this.#maker.onError(error as Error);
        })
        .finally(() => {
          setTimeout(next, Math.max(0, delay()));
        });
    };
    setTimeout(next, Math.max(0, delay()));
  }

  /** One slot after the other, whoever asks. */
  async #step(isMissed: boolean): Promise<SlotOutcome> {
    const step = this.#chain.then(() => this.#maker.step(isMissed));
    this.#chain = step.catch(() => undefined);
    return step;
  }
}
