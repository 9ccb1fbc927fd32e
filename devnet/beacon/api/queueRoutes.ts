import type { BeaconApiMethods } from "@lodestar/api/beacon/server";

import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { findState } from "./stateIds.ts";

/** What waits in a state (EIP-7251), and who proposes next (EIP-7917). */
export function queueRoutes({ chain }: ApiContext) {
  return {
    getPendingDeposits: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: state.pendingDeposits.toValue(), meta };
    },
    getPendingPartialWithdrawals: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: state.pendingPartialWithdrawals.toValue(), meta };
    },
    getPendingConsolidations: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: state.pendingConsolidations.toValue(), meta };
    },
    getProposerLookahead: async ({ stateId }) => {
      const { state, meta } = await findState(chain, stateId);
      if (!("proposerLookahead" in state))
        throw badRequest(`The state of slot ${state.slot} is of ${meta.version}: proposers are known since fulu`);
      return { data: state.proposerLookahead.toValue(), meta };
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}
