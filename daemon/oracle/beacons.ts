import { BeaconError } from "../../clients/beaconHttp.ts";
import type { BeaconChain, BeaconNode } from "../../clients/beaconNode.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { localNetwork, LOCAL, type Network } from "../../src/consensus/network.ts";

/**
 * What the first beacon node answers that does.
 * @throws {BeaconError} That of the last one, if none does.
 */
export async function askFirst<T>(beacons: readonly BeaconNode[], ask: (node: BeaconNode) => Promise<T>): Promise<T> {
  const [answer] = await askSeveral(beacons, 1, ask);
  return answer as T;
}

/**
 * What the first beacon nodes answer that do, as many as are needed.
 * @throws {BeaconError} That of the last one that does not, if too few do.
 */
export async function askSeveral<T>(
  beacons: readonly BeaconNode[],
  needed: number,
  ask: (node: BeaconNode) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  let failure: unknown = new Error("too few beacon nodes are configured");
  for (const node of beacons)
    try {
      if (answers.push(await ask(node)) === needed) return answers;
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
