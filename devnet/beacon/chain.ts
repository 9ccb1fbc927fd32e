import type { BeaconConfig } from "@lodestar/config";
import { SLOTS_PER_EPOCH } from "@lodestar/params";
import {
  createCachedBeaconState,
  createPubkeyCache,
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
  processSlots,
  stateTransition,
} from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";

import { toHex, type Hex } from "../../src/units/hex.ts";
import type { ChainBlock, ChainState } from "./chainState.ts";
import type { GenesisChain } from "./genesisState.ts";
import type { ChainStore } from "./store.ts";

/** The newest block with what it leaves behind. */
export interface ChainHead {
  readonly slot: number;
  readonly root: Uint8Array;
  readonly executionHash: Uint8Array;
  /** State after the block. */
  readonly state: ChainState;
}

/** The SSZ types of any fork of the chain, which differ in what is not used here. */
type BlockCodec = Pick<typeof ssz.electra.SignedBeaconBlock, "serialize" | "deserialize">;
type StateCodec = Pick<typeof ssz.electra.BeaconState, "deserializeToViewDU">;

/** Epochs between the states that are kept for good. */
const SNAPSHOT_EPOCHS = 4;
const KEPT_SNAPSHOTS = 64;
/** States after blocks that are kept at hand; they share most of their trees. */
const RECENT_STATES = 48;
const UNVERIFIED = {
  verifySignatures: false,
  verifyProposer: false,
  verifyStateRoot: true,
  executionPayloadStatus: ExecutionPayloadStatus.valid,
  dataAvailabilityStatus: DataAvailabilityStatus.Available,
};

/** A chain without branches: its blocks, and the state at each slot that has passed. */
export class BeaconChain {
  readonly config: BeaconConfig;
  /** Root of the block of slot zero, which is its header alone. */
  readonly genesisRoot: Uint8Array;
  readonly #store: ChainStore;
  readonly #recent = new Map<number, ChainState>();
  #head: ChainHead;
  #clock: number;
  #ahead: ChainState | undefined;

  private constructor(config: BeaconConfig, store: ChainStore, head: ChainHead, genesisRoot: Uint8Array) {
    this.config = config;
    this.#store = store;
    this.#head = head;
    this.#clock = head.slot;
    this.genesisRoot = genesisRoot;
    this.#recent.set(head.slot, head.state);
  }

  /** Opens the chain of a store, or begins one there, and goes through what came after the last state that was kept. */
  static open(store: ChainStore, genesis: GenesisChain): BeaconChain {
    const { config, state } = genesis;
    const header = ssz.phase0.BeaconBlockHeader.toViewDU(state.latestBlockHeader.toValue());
    header.stateRoot = state.hashTreeRoot();
    const genesisRoot = header.hashTreeRoot();
    if (store.stateBefore(0) === undefined) store.saveState(0, state.serialize());
    const executionHash = state.latestExecutionPayloadHeader.blockHash;
    const chain = new BeaconChain(config, store, { slot: 0, root: genesisRoot, executionHash, state }, genesisRoot);
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

  /** The newest state as it is at a slot from the head's on, before a block of that slot. */
  aheadTo(slot: number): ChainState {
    if (slot === this.#head.slot) return this.#head.state;
    if (this.#ahead === undefined || this.#ahead.slot > slot) this.#ahead = this.#head.state;
    if (this.#ahead.slot < slot) this.#ahead = processSlots(this.#ahead, slot) as ChainState;
    return this.#ahead;
  }

  /** Takes a block that was verified, with the state after it, for the head. */
  add(block: ChainBlock, state: ChainState): void {
    const { slot } = block.message;
    const root = this.config.getForkTypes(slot).BeaconBlock.hashTreeRoot(block.message);
    this.#store.saveBlock({ slot, root, ssz: this.#blockType(slot).serialize(block) });
    this.#setHead({ slot, root, executionHash: block.message.body.executionPayload.blockHash, state });
    this.#clock = slot;
    this.#keepSnapshot();
  }

  /** Lets time pass without a block. */
  skipTo(slot: number): void {
    this.#clock = slot;
    this.#store.saveMeta("clock", String(slot));
  }

  /**
   * The state at a slot, after its block if it has one; undefined if time has not come to it.
   * @throws {Error} If the store lacks blocks.
   */
  stateAt(slot: number): ChainState | undefined {
    if (slot > this.#clock || slot < 0) return undefined;
    if (slot >= this.#head.slot) return this.aheadTo(slot);
    const block = this.#store.blockBefore(slot);
    const postState = this.#postState(block?.slot ?? 0);
    return postState.slot === slot ? postState : (processSlots(postState, slot) as ChainState);
  }

  /** The newest block at a slot or before it; undefined before the first. */
  blockAt(slot: number): ChainBlock | undefined {
    const stored = this.#store.blockBefore(slot);
    return stored === undefined ? undefined : this.#blockType(stored.slot).deserialize(stored.ssz);
  }

  blockByRoot(root: Uint8Array): ChainBlock | undefined {
    const stored = this.#store.blockByRoot(root);
    return stored === undefined ? undefined : this.#blockType(stored.slot).deserialize(stored.ssz);
  }

  /** Hash of the execution block of a block of the beacon chain. */
  executionHashOf(root: Uint8Array): Hex {
    const block = this.blockByRoot(root);
    if (block !== undefined) return toHex(block.message.body.executionPayload.blockHash);
    return toHex(this.#stateFromStore(0).latestExecutionPayloadHeader.blockHash);
  }

  close(): void {
    this.#store.close();
  }

  #resume(): void {
    const newest = this.#store.blockBefore(Number.MAX_SAFE_INTEGER);
    const clock = Number(this.#store.meta("clock") ?? 0);
    if (newest !== undefined) {
      const block = this.#blockType(newest.slot).deserialize(newest.ssz);
      const executionHash = block.message.body.executionPayload.blockHash;
      this.#setHead({ slot: newest.slot, root: newest.root, executionHash, state: this.#postState(newest.slot) });
    }
    this.#clock = Math.max(clock, this.#head.slot);
  }

  #setHead(head: ChainHead): void {
    this.#head = head;
    this.#ahead = undefined;
    this.#remember(head.state);
  }

  #remember(state: ChainState): void {
    this.#recent.set(state.slot, state);
    for (const slot of this.#recent.keys()) {
      if (this.#recent.size <= RECENT_STATES) break;
      this.#recent.delete(slot);
    }
  }

  /** The state after the block of a slot, from the nearest one that is there. */
  #postState(slot: number): ChainState {
    const known = this.#recent.get(slot);
    if (known !== undefined) return known;
    let state = this.#stateFromStore(slot);
    for (const stored of this.#store.blocks(state.slot + 1, slot)) {
      const block = this.#blockType(stored.slot).deserialize(stored.ssz);
      state = stateTransition(state, block, UNVERIFIED) as ChainState;
    }
    this.#remember(state);
    return state;
  }

  #stateFromStore(slot: number): ChainState {
    const stored = this.#store.stateBefore(slot);
    if (stored === undefined) throw new Error(`the store has no state before slot ${slot}`);
    const state = this.#stateType(stored.slot).deserializeToViewDU(stored.ssz);
    return createCachedBeaconState(state, { config: this.config, pubkeyCache: createPubkeyCache() });
  }

  #keepSnapshot(): void {
    const { slot, state } = this.#head;
    const last = Number(this.#store.meta("snapshot") ?? 0);
    if (slot - last < SNAPSHOT_EPOCHS * SLOTS_PER_EPOCH) return;
    this.#store.saveState(slot, state.serialize());
    this.#store.saveMeta("snapshot", String(slot));
    this.#store.pruneStates(KEPT_SNAPSHOTS);
  }

  #blockType(slot: number): BlockCodec {
    return this.config.getForkTypes(slot).SignedBeaconBlock as BlockCodec;
  }

  #stateType(slot: number): StateCodec {
    return this.config.getForkTypes(slot).BeaconState as StateCodec;
  }
}
