import type { BeaconApiMethods } from "@lodestar/api/beacon/server";

import { toHex } from "../../../src/units/hex.ts";
import type { ApiContext } from "./apiContext.ts";
import { immediate } from "./immediate.ts";
import { LoadGate } from "./loadGate.ts";
import { findState } from "./stateIds.ts";

/** States are large, above all in JSON. */
const STATES_AT_ONCE = 2;
const STATES_WAITING = 8;

/** Whole states, and the heads of the chain. */
export function debugRoutes({ chain }: ApiContext) {
  const gate = new LoadGate(STATES_AT_ONCE, STATES_WAITING);
  return {
    getStateV2: async ({ stateId }, context) =>
      gate.run(async () => {
        const { state, meta } = await findState(chain, stateId);
        return { data: context?.returnBytes === true ? state.serialize() : state.toValue(), meta };
      }),
    getDebugChainHeadsV2: immediate(() => {
      const { slot, root } = chain.head;
      return { data: [{ slot, root: toHex(root), executionOptimistic: false }] };
    }),
  } satisfies Partial<BeaconApiMethods["debug"]>;
}
