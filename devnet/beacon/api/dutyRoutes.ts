import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { SLOTS_PER_EPOCH } from "@lodestar/params";
import {
  computeEndSlotAtEpoch,
  computeEpochAtSlot,
  computeStartSlotAtEpoch,
  computeSyncPeriodAtEpoch,
} from "@lodestar/state-transition";

import { toHex } from "../../../src/units/hex.ts";
import type { BeaconChain } from "../chain.ts";
import type { ChainState } from "../chainState.ts";
import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { isLiveIn } from "./liveness.ts";
import { stateAt } from "./stateIds.ts";

/** What validators have to do, and whether they do it. */
export function dutyRoutes({ chain }: ApiContext) {
  const proposerDuties = async (epoch: number, dependentSlot: number) => {
    const state = await stateOfEpoch(chain, epoch);
    const data = Array.from({ length: SLOTS_PER_EPOCH }, (_, i) => {
      const slot = computeStartSlotAtEpoch(epoch) + i;
      const validatorIndex = state.epochCtx.getBeaconProposer(slot);
      return { slot, validatorIndex, pubkey: state.validators.getReadonly(validatorIndex).pubkey };
    });
    return { data, meta: { executionOptimistic: false, dependentRoot: dependentRoot(chain, dependentSlot) } };
  };
  return {
    getAttesterDuties: async ({ epoch, indices }) => {
      const state = await stateOfEpoch(chain, epoch);
      const duties = [...state.epochCtx.getCommitteeAssignments(epoch, indices).values()];
      const pubkeyOf = (index: number) => state.validators.getReadonly(index).pubkey;
      const data = duties.map((duty) => ({ ...duty, pubkey: pubkeyOf(duty.validatorIndex) }));
      const meta = { executionOptimistic: false, dependentRoot: dependentRoot(chain, lastSlotBefore(epoch - 1)) };
      return { data, meta };
    },
    getProposerDuties: async ({ epoch }) => proposerDuties(epoch, lastSlotBefore(epoch)),
    // Since Fulu proposers are known an epoch earlier.
    getProposerDutiesV2: async ({ epoch }) =>
      proposerDuties(epoch, lastSlotBefore(chain.config.FULU_FORK_EPOCH <= epoch ? epoch - 1 : epoch)),
    getSyncCommitteeDuties: async ({ epoch, indices }) => {
      const state = await stateOfSyncPeriod(chain, epoch);
      const { validatorIndexMap } = state.epochCtx.getIndexedSyncCommitteeAtEpoch(epoch);
      const data = [...new Set(indices)].flatMap((validatorIndex) => {
        const places = validatorIndexMap.get(validatorIndex);
        if (places === undefined) return [];
        const { pubkey } = state.validators.getReadonly(validatorIndex);
        return [{ pubkey, validatorIndex, validatorSyncCommitteeIndices: places }];
      });
      return { data, meta: { executionOptimistic: false } };
    },
    getLiveness: async ({ epoch, indices }) => {
      const isLive = await isLiveIn(chain, epoch);
      return { data: indices.map((index) => ({ index, isLive: isLive(index) })) };
    },
  } satisfies Partial<BeaconApiMethods["validator"]>;
}

/**
 * A state that knows the committees and proposers of an epoch.
 * @throws {ApiError} 400 if it is later than the next one.
 */
async function stateOfEpoch(chain: BeaconChain, epoch: number): Promise<ChainState> {
  const present = computeEpochAtSlot(chain.clock);
  const state = await stateAt(chain, epoch >= present ? chain.clock : computeEndSlotAtEpoch(epoch));
  if (state === undefined || epoch > present + 1)
    throw badRequest(`Duties of epoch ${epoch} are not known yet: now it is ${present}, ask up to the next one`);
  return state;
}

/** A state that knows the sync committee of an epoch, which is that of the present period or of the next at the latest. */
async function stateOfSyncPeriod(chain: BeaconChain, epoch: number): Promise<ChainState> {
  const present = computeEpochAtSlot(chain.clock);
  const state = await stateAt(chain, epoch >= present ? chain.clock : computeEndSlotAtEpoch(epoch));
  if (state === undefined || computeSyncPeriodAtEpoch(epoch) > computeSyncPeriodAtEpoch(present) + 1)
    throw badRequest(`Sync committees of epoch ${epoch} are not known yet: now it is ${present}`);
  return state;
}

/** Duties change if the chain gets another block at or before this slot. */
function dependentRoot(chain: BeaconChain, slot: number): string {
  return toHex(chain.blockRootAt(slot));
}

function lastSlotBefore(epoch: number): number {
  return Math.max(computeStartSlotAtEpoch(epoch) - 1, 0);
}
