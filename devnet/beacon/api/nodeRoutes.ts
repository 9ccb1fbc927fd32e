import { setTimeout as after } from "node:timers/promises";

import { HttpStatusCode } from "@lodestar/api";
import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { ssz } from "@lodestar/types";

import project from "../../../package.json" with { type: "json" };
import type { ApiContext } from "./apiContext.ts";
import { notFound, unavailable } from "./apiErrors.ts";
import { immediate } from "./immediate.ts";

/** The execution client answers at once, or has trouble. */
const PATIENCE_MS = 2_000;

/** The node itself: it makes the chain, so that it is always synced, and has no peers. */
export function nodeRoutes({ chain, engine }: ApiContext) {
  const isExecutionOffline = async () => {
    const answer = engine.call("eth_chainId", []).then(() => false);
    return Promise.race([answer.catch(() => true), after(PATIENCE_MS, true)]);
  };
  return {
    getHealth: async () => {
      if (await isExecutionOffline()) throw unavailable("The execution client does not answer");
      return { status: HttpStatusCode.OK };
    },
    getNodeVersion: immediate(() => ({ data: { version: `${project.name}-devnet/${project.version}` } })),
    getSyncingStatus: async () => ({
      data: {
        headSlot: chain.head.slot,
        syncDistance: 0,
        isSyncing: false,
        isOptimistic: false,
        elOffline: await isExecutionOffline(),
      },
    }),
    getNetworkIdentity: immediate(() => ({
      data: {
        peerId: "",
        enr: "",
        p2pAddresses: [],
        discoveryAddresses: [],
        metadata: { ...ssz.altair.Metadata.defaultValue(), custodyGroupCount: 0 },
      },
    })),
    getPeers: immediate(() => ({ data: [], meta: { count: 0 } })),
    getPeer: immediate(({ peerId }) => {
      throw notFound(`Peer not found: ${peerId}; this node has no peers`);
    }),
    getPeerCount: immediate(() => ({ data: { disconnected: 0, connecting: 0, connected: 0, disconnecting: 0 } })),
  } satisfies Partial<BeaconApiMethods["node"]>;
}
