import type { BeaconConfig } from "@lodestar/config";
import { computeStartSlotAtEpoch, processSlots } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";

import { toHex, type Hex } from "../../src/units/hex.ts";
import type { ChainBlock, ChainState } from "./chainState.ts";
import { blockType } from "./codecs.ts";
import type { GenesisChain } from "./genesisState.ts";
import { StateArchive } from "./stateArchive.ts";
import type { ChainStore, StoredBlock } from "./store.ts";

/** The newest block with what it leaves behind. */
export interface ChainHead {
  readonly slot: number;
  readonly root: Uint8Array;
  readonly executionHash: Uint8Array;
  /** State after the block. */
  readonly state: ChainState;
}

/** Is told about a new head, and about the one before. */
export type HeadListener = (head: ChainHead, before: ChainHead) => void;

/** A chain without branches: its blocks, and the state at each slot that has passed. */
export class BeaconChain {
  readonly config: BeaconConfig;
  /** What the chain began with: its block is a header alone. */
  readonly genesis: ChainHead;
  readonly #store: ChainStore;
  readonly #archive: StateArchive;
  readonly #listeners = new Set<HeadListener>();
  #head: ChainHead;
  #clock: number;
  #ahead: ChainState | undefined;

  private constructor(config: BeaconConfig, store: ChainStore, genesis: ChainHead) {
    this.config = config;
    this.genesis = genesis;
    this.#store = store;
    this.#archive = new StateArchive(config, store, genesis.state.epochCtx.pubkeyCache);
    this.#head = genesis;
    this.#clock = genesis.slot;
  }

  /** Opens the chain of a store, or begins one there, and goes through what came after the last state that was kept. */
  static open(store: ChainStore, { config, state }: GenesisChain): BeaconChain {
    const header = ssz.phase0.BeaconBlockHeader.toViewDU(state.latestBlockHeader.toValue());
    header.stateRoot = state.hashTreeRoot();
    const executionHash = state.latestExecutionPayloadHeader.blockHash;
    const chain = new BeaconChain(config, store, { slot: 0, root: header.hashTreeRoot(), executionHash, state });
    if (store.stateBefore(0) === undefined) store.saveClock(0, [{ slot: 0, root: header.stateRoot }]);
    chain.#archive.add(state);
    chain.#resume();
    return chain;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** The slot that time has come to; there may be no block in it. */
  get clock(): number {
    return this.#clock;
  }

  get store(): ChainStore {
    return this.#store;
  }

  /** First slot of the epoch that the head knows to be final: it and all before are. */
  get finalizedSlot(): number {
    return computeStartSlotAtEpoch(this.#head.state.finalizedCheckpoint.epoch);
  }

  /** The newest state as it is at a slot from the head's on, before a block of that slot. */
  aheadTo(slot: number): ChainState {
    if (slot === this.#head.slot) return this.#head.state;
    if (this.#ahead === undefined || this.#ahead.slot > slot) this.#ahead = this.#head.state;
    if (this.#ahead.slot < slot) this.#ahead = processSlots(this.#ahead, slot) as ChainState;
    return this.#ahead;
  }

  /** Takes a block that was verified, with the state after it, for the head. */
  add(block: ChainBlock, state: ChainState): void {
    const { slot, stateRoot, body } = block.message;
    const root = this.config.getForkTypes(slot).BeaconBlock.hashTreeRoot(block.message);
    this.#store.saveBlock({ slot, root, ssz: blockType(this.config, slot).serialize(block) }, stateRoot);
    const before = this.#head;
    this.#setHead({ slot, root, executionHash: body.executionPayload.blockHash, state });
    this.#clock = slot;
    for (const listener of this.#listeners) listener(this.#head, before);
  }

  /** Lets time pass without a block. */
  skipTo(slot: number): void {
    const roots = Array.from({ length: slot - this.#clock }, (_, i) => {
      const state = this.aheadTo(this.#clock + 1 + i);
      return { slot: state.slot, root: state.hashTreeRoot() };
    });
    this.#store.saveClock(slot, roots);
    this.#clock = slot;
  }

  /**
   * Tells a listener about each new head from now on.
   * @returns What ends that.
   */
  onHead(listener: HeadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The state at a slot, after its block if it has one; undefined if time has not come to it.
   * @throws {PrunedStateError} If it is too old.
   */
  async stateAt(slot: number): Promise<ChainState | undefined> {
    if (slot > this.#clock || slot < 0) return undefined;
    if (slot === this.#head.slot) return this.#head.state;
    // The driver may have gone on to the next slot: what it works with is left to it.
    return this.#ahead?.slot === slot ? this.#ahead : this.#archive.stateAt(slot);
  }

  /** The slot whose state has a root, among those that have passed. */
  slotOfState(root: Uint8Array): number | undefined {
    return this.#store.slotOfState(root);
  }

  /** The newest block at a slot or before it; undefined before the first. */
  blockAt(slot: number): ChainBlock | undefined {
    return this.#decode(this.#store.blockBefore(slot));
  }

  blockByRoot(root: Uint8Array): ChainBlock | undefined {
    return this.#decode(this.#store.blockByRoot(root));
  }

  /** Root of the newest block at a slot or before it. */
  blockRootAt(slot: number): Uint8Array {
    return this.#store.blockBefore(slot)?.root ?? this.genesis.root;
  }

  /** Hash of the execution block of a block of the beacon chain. */
  executionHashOf(root: Uint8Array): Hex {
    const block = this.blockByRoot(root);
    return toHex(block?.message.body.executionPayload.blockHash ?? this.genesis.executionHash);
  }

  close(): void {
    this.#store.close();
  }

  #resume(): void {
    const newest = this.#store.blockBefore(Number.MAX_SAFE_INTEGER);
    const clock = Number(this.#store.meta("clock") ?? 0);
    const block = this.#decode(newest);
    if (newest !== undefined && block !== undefined) {
      const executionHash = block.message.body.executionPayload.blockHash;
      const state = this.#archive.stateNow(newest.slot);
      this.#setHead({ slot: newest.slot, root: newest.root, executionHash, state });
    }
    this.#clock = Math.max(clock, this.#head.slot);
  }

  #setHead(head: ChainHead): void {
    this.#head = head;
    this.#ahead = undefined;
    this.#archive.add(head.state);
  }

  #decode(stored: StoredBlock | undefined): ChainBlock | undefined {
    return stored === undefined ? undefined : blockType(this.config, stored.slot).deserialize(stored.ssz);
  }
}
