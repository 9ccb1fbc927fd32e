import type { ForkName } from "@lodestar/params";
import { computeStartSlotAtEpoch } from "@lodestar/state-transition";

import { fromHex } from "../../../src/units/hex.ts";
import type { BeaconChain } from "../chain.ts";
import type { ChainState } from "../chainState.ts";
import { PrunedStateError } from "../stateArchive.ts";
import { badRequest, notFound } from "./apiErrors.ts";

/** What an answer says about the part of the chain it comes from. */
export interface Provenance {
  /** Always false: a block comes into the chain after the execution client has verified it. */
  readonly executionOptimistic: boolean;
  readonly finalized: boolean;
  readonly version: ForkName;
}

/** A state that was asked for. */
export interface FoundState {
  readonly state: ChainState;
  readonly meta: Provenance;
}

/**
 * Finds a state by `state_id` of the Beacon API: `head`, `genesis`, `finalized`, `justified`, a slot or a state root.
 * A checkpoint's state is that of the first slot of its epoch.
 * @throws {ApiError} 400 if the id is malformed, 404 if there is no such state.
 */
export async function findState(chain: BeaconChain, id: string | number): Promise<FoundState> {
  const slot = slotOf(chain, String(id));
  const state = slot === undefined ? undefined : await stateAt(chain, slot);
  if (state === undefined) throw notFound(`State not found: ${id}; time has come to slot ${chain.clock}`);
  return { state, meta: provenance(chain, state.slot) };
}

/**
 * The state at a slot; undefined if time has not come to it.
 * @throws {ApiError} 404 if it is too old.
 */
export async function stateAt(chain: BeaconChain, slot: number): Promise<ChainState | undefined> {
  return chain.stateAt(slot).catch((error: unknown) => {
    if (error instanceof PrunedStateError) throw notFound(`State not found: ${error.message}`);
    throw error;
  });
}

/** What is said about blocks and states of a slot. */
export function provenance(chain: BeaconChain, slot: number): Provenance {
  return {
    executionOptimistic: false,
    finalized: slot <= chain.finalizedSlot,
    version: chain.config.getForkName(slot),
  };
}

function slotOf(chain: BeaconChain, id: string): number | undefined {
  if (id === "head") return chain.head.slot;
  if (id === "genesis") return chain.genesis.slot;
  if (id === "finalized") return chain.finalizedSlot;
  if (id === "justified") return computeStartSlotAtEpoch(chain.head.state.currentJustifiedCheckpoint.epoch);
  if (/^\d+$/.test(id)) return Number(id);
  if (/^0x[\da-f]{64}$/i.test(id)) return chain.slotOfState(fromHex(id, "state root", 32));
  throw badRequest(`Invalid state id: ${id}; use head, genesis, finalized, justified, a slot or a state root`);
}
