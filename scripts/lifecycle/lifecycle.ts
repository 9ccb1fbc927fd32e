import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { timeOfSlot } from "../../src/oracle/frames.ts";
import { NEW_CLUSTER, type ClusterSnapshot } from "../../src/ssv/cluster.ts";
import { GasLedger } from "../demo/gasLedger.ts";
import { keepRunway } from "../demo/ssvAccount.ts";
import { INITIAL_ETHER, type Books, type Claim, type Staker } from "../demo/world.ts";
import type { Batch } from "./keys.ts";
import type { LifecycleView } from "./lifecycleView.ts";
import type { LivePool } from "./livePool.ts";
import type { LifecycleEvent, LifecycleRecord, ReportEntry, Sample } from "./record.ts";
import { reportSlot } from "./reporting.ts";
import { takeSample } from "./sample.ts";

/** Slots that pass before anything is looked at. */
const SLOTS_AT_ONCE = 4n;
const FIRST_STAKER = 20;
const NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"];

/** Everything the stages share: a pool on a devnet, the books of it, and what was seen so far. */
export class Lifecycle implements Books {
  readonly pool: LivePool;
  readonly view: LifecycleView;
  readonly stakers: readonly Staker[];
  readonly gas = new GasLedger();
  readonly claims: Claim[] = [];
  readonly chain = { nextSlot: () => Promise.resolve() };
  cluster: ClusterSnapshot = NEW_CLUSTER;
  paidToSSVWei = 0n;
  /** Ether that stakers ever deposited, the initial ether included, wei. */
  depositedWei = INITIAL_ETHER;
  readonly #samples: Sample[] = [];
  readonly #reports: ReportEntry[] = [];
  readonly #events: LifecycleEvent[] = [];
  readonly #begin: bigint;
  #batch: Batch | undefined;

  private constructor(pool: LivePool, view: LifecycleView, begin: bigint, accounts: readonly HardhatEthersSigner[]) {
    this.pool = pool;
    this.view = view;
    this.#begin = begin;
    this.stakers = accounts
      .slice(FIRST_STAKER, FIRST_STAKER + NAMES.length)
      .map((signer, i) => ({ name: NAMES[i] ?? signer.address, signer }));
  }

  /** Takes over a pool that nobody has used yet. */
  static async of(pool: LivePool, view: LifecycleView): Promise<Lifecycle> {
    return new Lifecycle(pool, view, await pool.slot(), await pool.connection.ethers.getSigners());
  }

  get suite() {
    return this.pool.suite;
  }

  get connection() {
    return this.pool.connection;
  }

  /** The ceremony whose keys the pool has staked to. */
  get batch(): Batch {
    if (this.#batch === undefined) throw new Error("no keys are registered yet");
    return this.#batch;
  }

  set batch(batch: Batch) {
    this.#batch = batch;
  }

  get record(): LifecycleRecord {
    const { gas } = this;
    return { samples: this.#samples, reports: this.#reports, events: this.#events, gas: gas.entries() };
  }

  /** The newest sample. */
  get now(): Sample {
    const sample = this.#samples.at(-1);
    if (sample === undefined) throw new Error("nothing was looked at yet");
    return sample;
  }

  /** Notes something that charts mark. */
  async mark(what: string): Promise<void> {
    const slot = await this.pool.slot();
    this.#events.push({ slot, time: timeOfSlot(this.pool.clock, slot), what });
  }

  /** Lets slots pass, with all that goes on meanwhile: reports, top-ups of the cluster, and looks at the pool. */
  async pass(slots: bigint): Promise<void> {
    const end = (await this.pool.slot()) + slots;
    await this.passUntil(() => false, end);
  }

  /**
   * Lets slots pass until something has come about.
   * @param hasCome Asked after each look at the pool.
   * @param end Slot at which it ends in any case.
   * @returns Whether it has.
   */
  async passUntil(hasCome: () => boolean | Promise<boolean>, end: bigint): Promise<boolean> {
    for (;;) {
      await this.look();
      if (await hasCome()) return true;
      const slot = await this.pool.slot();
      if (slot >= end) return false;
      const next = (slot / SLOTS_AT_ONCE + 1n) * SLOTS_AT_ONCE;
      await this.pool.advanceTo(next < end ? next : end);
    }
  }

  /** Looks at the pool if an epoch has begun, and reports if a frame is final. */
  async look(): Promise<void> {
    const last = this.#samples.at(-1);
    const { slot, slotsPerEpoch, finalizedEpoch } = await this.pool.devnet.status();
    if (last !== undefined && last.epoch >= Math.floor(slot / slotsPerEpoch)) return;
    await this.#reportIfFinal(BigInt(slot), BigInt(finalizedEpoch * slotsPerEpoch));
    const sample = await takeSample(this.pool, this);
    this.#samples.push(sample);
    this.view.show(this.record);
  }

  async #reportIfFinal(slot: bigint, finalSlot: bigint): Promise<void> {
    const { slotsPerFrame } = this.pool.clock;
    const refSlot = (slot / slotsPerFrame) * slotsPerFrame - 1n;
    const isReported = refSlot <= (this.#reports.at(-1)?.refSlot ?? -1n);
    // Before, the pool was not there as a whole.
    if (refSlot < this.#begin || isReported || refSlot > finalSlot) return;
    this.#reports.push(await reportSlot(this.pool, refSlot, this.gas));
    if (this.cluster.validatorCount > 0n && (await keepRunway(this)) > 0n) await this.mark("cluster topped up");
  }
}
