import { setTimeout as sleep } from "node:timers/promises";

import hre from "hardhat";

import { activateKeys, type Batch } from "../../../scripts/lifecycle/keys.ts";
import { LivePool } from "../../../scripts/lifecycle/livePool.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { ETHER } from "../../helpers/accounts.ts";

/** Longer than a devnet waits after a transaction before it lets another slot pass. */
const SETTLED_MS = 400;
const NOBODY = `0x${"0".repeat(40)}`;

/** What tests do with a pool on a devnet, and what they know of it by having done it themselves. */
export class TestPool {
  readonly live: LivePool;
  /** Execution block in which the pool staked to a key. */
  readonly stakedIn = new Map<Hex, number>();
  /** What blocks ever paid to the withdrawal vault, by the number of the block, Gwei. */
  readonly withdrawn: bigint[] = [];
  /** Ever deposited by holders, wei. */
  deposited = 0n;

  constructor(live: LivePool) {
    this.live = live;
  }

  /** Deposits ether as a holder. */
  async deposit(ether: bigint): Promise<void> {
    const { poolETH, deployer } = this.live.suite;
    await (await poolETH.deposit(deployer.address, NOBODY, { value: ether * ETHER })).wait();
    this.deposited += ether * ETHER;
  }

  /** Stakes to keys of a batch, with members' approval of whatever they are, and returns the public keys. */
  async stake(batch: Batch, from = 0, to = batch.ceremony.keys.length): Promise<Hex[]> {
    const { blockNumber } = await activateKeys(this.live, batch, from, to);
    const pubkeys = batch.ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey);
    for (const pubkey of pubkeys) this.stakedIn.set(pubkey, blockNumber);
    return pubkeys;
  }

  /** Slot of an execution block. */
  async slotOf(blockNumber: number): Promise<bigint> {
    const { connection, clock } = this.live;
    const block = await connection.ethers.provider.getBlock(blockNumber);
    return (BigInt(block?.timestamp ?? 0) - clock.genesisTime) / clock.secondsPerSlot;
  }

  /** Waits until no slot passes but those that are asked for. */
  async settle(): Promise<void> {
    let slot: bigint;
    do {
      slot = await this.live.slot();
      await sleep(SETTLED_MS);
    } while (slot !== (await this.live.slot()));
  }

  /** Lets time pass up to a slot, and no further. */
  async advanceTo(slot: bigint, isMissed = false): Promise<void> {
    await this.settle();
    await this.live.advanceTo(slot, isMissed);
  }

  /** The last slot of the frame that time is in. */
  async frameEnd(): Promise<bigint> {
    const { slotsPerFrame } = this.live.clock;
    return ((await this.live.slot()) / slotsPerFrame + 1n) * slotsPerFrame - 1n;
  }

  /** Lets time pass until a slot is final. */
  async finalize(slot: bigint): Promise<void> {
    await this.advanceTo(slot + 1n);
    for (let epochs = 0; epochs < MAX_EPOCHS; epochs++) {
      const status = await this.live.devnet.status();
      if (BigInt(status.finalizedEpoch * status.slotsPerEpoch) >= slot) return;
      await this.live.advanceEpochs(1);
    }
    throw new Error(`slot ${slot} is not final after ${MAX_EPOCHS} epochs`);
  }

  /** Lets epochs pass until something is so. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let epochs = 0; epochs < MAX_EPOCHS; epochs++) {
      if (await isSo()) return;
      await this.live.advanceEpochs(1);
    }
    throw new Error(`it is not so after ${MAX_EPOCHS} epochs`);
  }
}

const MAX_EPOCHS = 24;

/**
 * Starts a devnet with a pool for a `describe`.
 * @param ether Deposited in the beginning.
 * @returns How its tests and later hooks get at it.
 */
export function useLivePool(ether: bigint): () => TestPool {
  let pool: TestPool | undefined;

  before(async () => {
    pool = new TestPool(await LivePool.start(hre, { foreignValidators: FOREIGN_VALIDATORS }));
    await pool.deposit(ether);
  });

  after(async () => {
    await pool?.live.stop();
  });

  return () => {
    if (pool === undefined) throw new Error("the devnet is started in a hook: ask for it within a test");
    return pool;
  };
}

const FOREIGN_VALIDATORS = 48;
