import { toQuantity } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { slotAt, timeOfSlot, type SlotClock } from "../../src/oracle/frames.ts";

/** Moves a simulated chain slot by slot, one block in each, as Ethereum does; so SSV's fees per block are right. */
export class ChainClock {
  readonly #provider: NetworkConnection["provider"];
  readonly #clock: SlotClock;
  #slot: bigint;

  private constructor(provider: NetworkConnection["provider"], clock: SlotClock, slot: bigint) {
    this.#provider = provider;
    this.#clock = clock;
    this.#slot = slot;
  }

  /** Takes over a chain at its newest block. */
  static async at({ ethers, provider }: NetworkConnection, clock: SlotClock): Promise<ChainClock> {
    const block = await ethers.provider.getBlock("latest");
    if (block === null) throw new Error("the chain has no block");
    return new ChainClock(provider, clock, slotAt(clock, BigInt(block.timestamp)));
  }

  /** Slot of the newest block. */
  get slot(): bigint {
    return this.#slot;
  }

  /** Lets the next transaction, or the first block mined, stand in the next slot. */
  async nextSlot(): Promise<void> {
    this.#slot += 1n;
    const time = timeOfSlot(this.#clock, this.#slot);
    await this.#provider.request({ method: "evm_setNextBlockTimestamp", params: [toQuantity(time)] });
  }

  /** Fills the slots up to and including `slot` with empty blocks. */
  async mineTo(slot: bigint): Promise<void> {
    const blocks = slot - this.#slot;
    if (blocks <= 0n) return;
    await this.nextSlot();
    await this.#provider.request({
      method: "hardhat_mine",
      params: [toQuantity(blocks), toQuantity(this.#clock.secondsPerSlot)],
    });
    this.#slot = slot;
  }
}
