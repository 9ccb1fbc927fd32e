import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { SYNC_COMMITTEE_SUBNET_COUNT, SYNC_COMMITTEE_SIZE } from "@lodestar/params";
import { computeEpochAtSlot, computeStartSlotAtEpoch, computeSyncPeriodAtEpoch } from "@lodestar/state-transition";

import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { findState } from "./stateIds.ts";

/** Committees that a state knows. */
export function committeeRoutes({ chain }: ApiContext) {
  return {
    getEpochCommittees: async ({ stateId, epoch, index, slot }) => {
      const { state, meta } = await findState(chain, stateId);
      const present = state.epochCtx.epoch;
      const wanted = epoch ?? (slot === undefined ? present : computeEpochAtSlot(slot));
      const shuffling = state.epochCtx.getShufflingAtEpochOrNull(wanted);
      if (shuffling === null || Math.abs(wanted - present) > 1)
        throw badRequest(`Epoch ${wanted} is out of range: the state is of epoch ${present}`);
      if (slot !== undefined && computeEpochAtSlot(slot) !== wanted)
        throw badRequest(`Slot ${slot} is not in epoch ${wanted}`);
      const start = computeStartSlotAtEpoch(wanted);
      const all = shuffling.committees.flatMap((committees, i) =>
        committees.map((members, place) => ({ index: place, slot: start + i, validators: [...members] })),
      );
      const data = all.filter((each) => (slot ?? each.slot) === each.slot && (index ?? each.index) === each.index);
      return { data, meta };
    },
    getEpochSyncCommittees: async ({ stateId, epoch }) => {
      const { state, meta } = await findState(chain, stateId);
      const present = state.epochCtx.epoch;
      const ahead = computeSyncPeriodAtEpoch(epoch ?? present) - computeSyncPeriodAtEpoch(present);
      if (ahead !== 0 && ahead !== 1)
        throw badRequest(`Epoch ${epoch} is out of range: the state knows the sync committees of two periods`);
      const { validatorIndices } = state.epochCtx.getIndexedSyncCommitteeAtEpoch(epoch ?? present);
      const validators = [...validatorIndices];
      const size = SYNC_COMMITTEE_SIZE / SYNC_COMMITTEE_SUBNET_COUNT;
      const validatorAggregates = Array.from({ length: SYNC_COMMITTEE_SUBNET_COUNT }, (_, i) =>
        validators.slice(i * size, (i + 1) * size),
      );
      return { data: { validators, validatorAggregates }, meta };
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}
