import type { BeaconApiMethods } from "@lodestar/api/beacon/server";

import { toHex } from "../../../src/units/hex.ts";
import type { ApiContext } from "./apiContext.ts";
import { immediate } from "./immediate.ts";
import { findState } from "./stateIds.ts";

/** Where whole states are: as fastify writes it. */
export const STATE_ROUTE = "/eth/v2/debug/beacon/states/:state_id";

/** Whole states, and the heads of the chain. */
export function debugRoutes({ chain }: ApiContext) {
  return {
    getStateV2: async ({ stateId }, context) => {
      const { state, meta } = await findState(chain, stateId);
      return { data: context?.returnBytes === true ? state.serialize() : state.toValue(), meta };
    },
    getDebugChainHeadsV2: immediate(() => {
      const { slot, root } = chain.head;
      return { data: [{ slot, root: toHex(root), executionOptimistic: false }] };
    }),
  } satisfies Partial<BeaconApiMethods["debug"]>;
}
