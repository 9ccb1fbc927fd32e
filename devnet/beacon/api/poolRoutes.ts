import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import {
  assertValidAttesterSlashing,
  getVoluntaryExitValidity,
  VoluntaryExitValidity,
} from "@lodestar/state-transition";
import type { electra } from "@lodestar/types";

import type { BeaconChain } from "../chain.ts";
import type { ChainState } from "../chainState.ts";
import { OperationError } from "../operationPool.ts";
import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { immediate } from "./immediate.ts";
import { stateAt } from "./stateIds.ts";

/** Operations that wait for a block. Votes are given by the driver itself, other kinds no block of it contains. */
export function poolRoutes(context: ApiContext) {
  const { chain, operations } = context;
  const version = () => chain.config.getForkName(chain.clock);
  return {
    getPoolVoluntaryExits: immediate(() => ({ data: operations.exits })),
    getPoolAttesterSlashingsV2: immediate(() => ({ data: operations.slashings, meta: { version: version() } })),
    getPoolAttestationsV2: immediate(() => ({ data: [], meta: { version: version() } })),
    getPoolProposerSlashings: immediate(() => ({ data: [] })),
    getPoolBLSToExecutionChanges: immediate(() => ({ data: [] })),
    submitPoolVoluntaryExit: async ({ signedVoluntaryExit }) => {
      const state = await presentState(chain);
      const validity = getVoluntaryExitValidity(chain.config.getForkSeq(state.slot), state, signedVoluntaryExit, true);
      if (validity !== VoluntaryExitValidity.valid)
        throw badRequest(`Invalid voluntary exit of ${signedVoluntaryExit.message.validatorIndex}: ${validity}`);
      operations.addExit(signedVoluntaryExit);
    },
    submitPoolAttesterSlashingsV2: async ({ attesterSlashing }) => {
      const state = await presentState(chain);
      addSlashing(context, state, attesterSlashing);
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}

function addSlashing({ chain, operations }: ApiContext, state: ChainState, slashing: electra.AttesterSlashing): void {
  const { epochCtx, slot, validators } = state;
  try {
    assertValidAttesterSlashing(chain.config, epochCtx.pubkeyCache, slot, validators.length, slashing, true);
  } catch (error) {
    throw badRequest(`Invalid attester slashing: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    operations.addSlashing(slashing, state);
  } catch (error) {
    if (error instanceof OperationError) throw badRequest(error.message);
    throw error;
  }
}

async function presentState(chain: BeaconChain): Promise<ChainState> {
  const state = await stateAt(chain, chain.clock);
  if (state === undefined) throw new Error(`there is no state of slot ${chain.clock}`);
  return state;
}
