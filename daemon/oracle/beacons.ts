import { BeaconError } from "../../clients/beaconHttp.ts";
import type { BeaconChain, BeaconNode } from "../../clients/beaconNode.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { localNetwork, LOCAL, type Network } from "../../src/consensus/network.ts";

/**
 * What the first beacon node answers that does.
 * @throws {BeaconError} That of the last one, if none does.
 */
export async function askFirst<T>(beacons: readonly BeaconNode[], ask: (node: BeaconNode) => Promise<T>): Promise<T> {
  let failure: unknown = new Error("no beacon node is configured");
  for (const node of beacons)
    try {
      return await ask(node);
    } catch (error) {
      if (!(error instanceof BeaconError)) throw error;
      failure = error;
    }
  throw failure;
}

/** The network of a beacon chain, for whose fork deposits are signed; a local one may have any. */
export function networkOf({ chainId, genesisForkVersion }: BeaconChain): Network {
  return chainId === LOCAL.chainId ? localNetwork(genesisForkVersion) : networkByChainId(chainId);
}
