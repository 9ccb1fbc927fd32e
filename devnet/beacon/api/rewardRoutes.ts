import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import {
  computeAttestationsRewards,
  computeBlockRewards,
  computeEndSlotAtEpoch,
  computeSyncCommitteeRewards,
  processSlots,
} from "@lodestar/state-transition";

import type { BeaconChain } from "../chain.ts";
import type { ChainState } from "../chainState.ts";
import type { ApiContext } from "./apiContext.ts";
import { notFound } from "./apiErrors.ts";
import { findBlock, type FoundBlock } from "./blockIds.ts";
import { provenance, stateAt } from "./stateIds.ts";
import { indicesOf } from "./validatorIds.ts";

/** What blocks and attestations earned. */
export function rewardRoutes({ chain }: ApiContext) {
  const { config } = chain;
  return {
    getBlockRewards: async ({ blockId }) => {
      const { block, meta } = findBlock(chain, blockId);
      const data = await computeBlockRewards(config, block.message, await stateBefore(chain, block));
      return { data, meta };
    },
    getSyncCommitteeRewards: async ({ blockId, validatorIds }) => {
      const { block, meta } = findBlock(chain, blockId);
      const state = await stateBefore(chain, block);
      const { pubkeyCache } = state.epochCtx;
      const all = await computeSyncCommitteeRewards(config, pubkeyCache, block.message, state);
      const wanted = new Set(indicesOf(state, validatorIds));
      return { data: all.filter(({ validatorIndex }) => wanted.has(validatorIndex)), meta };
    },
    getAttestationsRewards: async ({ epoch, validatorIds }) => {
      // Votes of an epoch may come into blocks until the end of the next one.
      const slot = computeEndSlotAtEpoch(epoch + 1);
      const state = await stateAt(chain, slot);
      if (state === undefined)
        throw notFound(`Rewards of epoch ${epoch} are not known before slot ${slot}; now it is ${chain.clock}`);
      const { pubkeyCache } = state.epochCtx;
      const { idealRewards, totalRewards } = await computeAttestationsRewards(config, pubkeyCache, state);
      const wanted = new Set(indicesOf(state, validatorIds));
      const rows = totalRewards.filter(({ validatorIndex }) => wanted.has(validatorIndex));
      return { data: { idealRewards, totalRewards: rows }, meta: provenance(chain, slot) };
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}

/** The state at a block's slot before the block. */
async function stateBefore(chain: BeaconChain, { message: { slot } }: FoundBlock["block"]): Promise<ChainState> {
  const before = slot === 0 ? undefined : await stateAt(chain, slot - 1);
  if (before === undefined) throw notFound("The block of genesis has no rewards");
  return processSlots(before, slot) as ChainState;
}
