import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { EPOCHS_PER_HISTORICAL_VECTOR } from "@lodestar/params";
import { getRandaoMix } from "@lodestar/state-transition";

import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { immediate } from "./immediate.ts";
import { findState } from "./stateIds.ts";

/** Genesis, and what a state says about itself. */
export function stateRoutes({ chain }: ApiContext) {
  return {
    getGenesis: immediate(() => ({
      data: {
        genesisTime: chain.genesis.state.genesisTime,
        genesisValidatorsRoot: chain.config.genesisValidatorsRoot,
        genesisForkVersion: chain.config.GENESIS_FORK_VERSION,
      },
    })),
    getStateRoot: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: { root: state.hashTreeRoot() }, meta };
    },
    getStateFork: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: state.fork.toValue(), meta };
    },
    getStateFinalityCheckpoints: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return {
        data: {
          previousJustified: state.previousJustifiedCheckpoint.toValue(),
          currentJustified: state.currentJustifiedCheckpoint.toValue(),
          finalized: state.finalizedCheckpoint.toValue(),
        },
        meta,
      };
    },
    getStateRandao: async ({ stateId, epoch }) => {
      const { state, meta } = await findState(chain, stateId);
      const present = state.epochCtx.epoch;
      const wanted = epoch ?? present;
      if (wanted > present || wanted + EPOCHS_PER_HISTORICAL_VECTOR <= present)
        throw badRequest(`Epoch ${wanted} is out of range: the state of epoch ${present} does not hold its mix`);
      return { data: { randao: getRandaoMix(state, wanted) }, meta };
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}
