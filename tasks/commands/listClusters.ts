import type { SSVConnection } from "../ssvConnection.ts";
import { clusterRow, readClusters } from "./clusterFields.ts";

/**
 * All clusters of an account, as they stand at the newest block.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function listClusters(ssv: SSVConnection) {
  const { clusters, ...account } = await readClusters(ssv);
  return { ...account, clusters: clusters.map((cluster) => clusterRow(cluster, account.minRunwayBlocks)) };
}
