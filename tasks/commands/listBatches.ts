import { fetchBatches } from "../../clients/batches.ts";
import type { PoolConnection } from "../connect.ts";

/** What of a connection the list needs. */
type ListedPool = Pick<PoolConnection, "connection" | "startBlock"> & {
  readonly pool: Pick<PoolConnection["pool"], "poolManager" | "clusterManager">;
};

/** All key batches of a pool, the oldest first. */
export async function listBatches({ pool, connection, startBlock }: ListedPool) {
  const registered = await fetchBatches(pool, startBlock, connection.ethers.provider);
  const batches = registered.map(({ batchId, state, count, activated, firstNonce, operatorIds, contentURI }) => ({
    batch: batchId,
    state,
    keys: count,
    activated,
    firstNonce,
    operators: [...operatorIds],
    contentURI,
  }));
  const [ownerNonce, nextNonce] = await Promise.all([pool.clusterManager.ownerNonce(), pool.poolManager.nextNonce()]);
  return { ownerNonce, nextNonce, batches };
}
