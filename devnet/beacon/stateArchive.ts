import { setImmediate as nextTurn } from "node:timers/promises";

import type { BeaconConfig } from "@lodestar/config";
import { SLOTS_PER_EPOCH } from "@lodestar/params";
import {
  createCachedBeaconState,
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
  processSlots,
  stateTransition,
  type PubkeyCache,
} from "@lodestar/state-transition";

import type { ChainState } from "./chainState.ts";
import { blockType, stateType } from "./codecs.ts";
import type { ChainStore } from "./store.ts";

/** Slots between the states that are kept for good. */
const SNAPSHOT_SLOTS = 4 * SLOTS_PER_EPOCH;
/** What they may take in all. Without a limit the states of long epochs would fill the disk. */
const SNAPSHOT_BYTES = 256 * 1_024 * 1_024;
/** States after blocks that are kept at hand; they share most of their trees. */
const RECENT_STATES = 48;
/** Older states that were read last; each has a tree of its own. */
const READ_STATES = 4;
/** What was verified before it came into the store. */
const UNVERIFIED = {
  verifySignatures: false,
  verifyProposer: false,
  verifyStateRoot: true,
  executionPayloadStatus: ExecutionPayloadStatus.valid,
  dataAvailabilityStatus: DataAvailabilityStatus.Available,
};

/** A state is older than what can be computed in a short time from those that are kept. */
export class PrunedStateError extends Error {}

/** The states of a chain up to its head: the newest at hand, others computed from the nearest one that is kept. */
export class StateArchive {
  readonly #config: BeaconConfig;
  readonly #store: ChainStore;
  /** All public keys of the chain, in the order of the registry, which never changes. */
  readonly #pubkeys: PubkeyCache;
  readonly #recent = new Map<number, ChainState>();
  readonly #read = new Map<number, ChainState>();
  #lastReplay: Promise<unknown> = Promise.resolve();

  constructor(config: BeaconConfig, store: ChainStore, pubkeys: PubkeyCache) {
    this.#config = config;
    this.#store = store;
    this.#pubkeys = pubkeys;
  }

  /** Keeps the state after a new block at hand, and now and then for good. */
  add(state: ChainState): void {
    this.#recent.set(state.slot, state);
    dropOldest(this.#recent, RECENT_STATES);
    const last = this.#store.stateBefore(state.slot)?.slot;
    if (last !== undefined && state.slot - last < SNAPSHOT_SLOTS) return;
    const bytes = state.serialize();
    this.#store.saveState(state.slot, bytes);
    this.#store.pruneStates(Math.ceil(SNAPSHOT_BYTES / bytes.length));
  }

  /**
   * The state at a slot that has passed, after its block if it has one. States are computed one after the other, and
   * other work goes on between their blocks.
   * @throws {PrunedStateError} If it would take too long.
   */
  async stateAt(slot: number): Promise<ChainState> {
    const kept = this.#recent.get(slot) ?? this.#read.get(slot);
    if (kept !== undefined) return kept;
    // Whoever waits for the same state finds it among those that were read.
    const run = this.#lastReplay.then(async () => this.#compute(slot));
    this.#lastReplay = run.catch(() => undefined);
    return run;
  }

  /** The same at once, for a chain that begins to run. */
  stateNow(slot: number): ChainState {
    const replay = this.#replay(slot);
    for (;;) {
      const { done, value } = replay.next();
      if (done === true) return value;
    }
  }

  async #compute(slot: number): Promise<ChainState> {
    const replay = this.#replay(slot);
    for (;;) {
      const { done, value } = replay.next();
      if (done === true) {
        this.#read.set(slot, value);
        dropOldest(this.#read, READ_STATES);
        return value;
      }
      await nextTurn();
    }
  }

  /** Goes from the nearest state to a slot, and pauses before each block. */
  *#replay(slot: number): Generator<undefined, ChainState, undefined> {
    let state = this.#nearest(slot);
    if (this.#store.countBlocks(state.slot + 1, slot) > 2 * SNAPSHOT_SLOTS)
      throw new PrunedStateError(`the state of slot ${slot} is too old: the nearest one that is kept is ${state.slot}`);
    for (;;) {
      const stored = this.#store.blockAfter(state.slot);
      if (stored === undefined || stored.slot > slot) break;
      yield undefined;
      const block = blockType(this.#config, stored.slot).deserialize(stored.ssz);
      state = stateTransition(state, block, UNVERIFIED) as ChainState;
    }
    return state.slot < slot ? (processSlots(state, slot) as ChainState) : state;
  }

  #nearest(slot: number): ChainState {
    const atHand = [...this.#recent.values(), ...this.#read.values()].filter((state) => state.slot <= slot);
    const [newest] = atHand.sort((a, b) => b.slot - a.slot);
    const stored = this.#store.stateBefore(slot);
    if (newest !== undefined && newest.slot >= (stored?.slot ?? 0)) return newest;
    if (stored === undefined) throw new Error(`the store has no state before slot ${slot}`);
    const state = stateType(this.#config, stored.slot).deserializeToViewDU(stored.ssz);
    return createCachedBeaconState(state, { config: this.#config, pubkeyCache: this.#pubkeys });
  }
}

/** Maps keep the order in which their entries came. */
function dropOldest(states: Map<number, ChainState>, kept: number): void {
  for (const slot of states.keys()) {
    if (states.size <= kept) break;
    states.delete(slot);
  }
}
