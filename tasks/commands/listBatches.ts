import { fetchLogs } from "../../clients/logs.ts";
import type { PoolConnection } from "../connect.ts";
import type { Printable } from "../output.ts";

interface Registration {
  readonly batchId: bigint;
  readonly operatorIds: bigint[];
  readonly contentURI: string;
}

/** All key batches of a pool, the oldest first. */
export async function listBatches({ pool, connection, startBlock }: PoolConnection) {
  const { poolManager, clusterManager } = pool;
  const { interface: abi } = poolManager;
  const filter = {
    address: await poolManager.getAddress(),
    topics: abi.encodeFilterTopics("BatchRegistered", []),
  };
  const ownerNonce = await clusterManager.ownerNonce();
  const batches: Printable[] = [];
  for (const log of await fetchLogs(connection.ethers.provider, filter, startBlock)) {
    const registered = abi.decodeEventLog("BatchRegistered", log.data, log.topics);
    const { batchId, operatorIds, contentURI } = registered.toObject() as unknown as Registration;
    const { firstNonce, count, activated, discarded } = await poolManager.batchOf(batchId);
    const isLive = !discarded && activated < count;
    const state = discarded ? "discarded" : isLive ? "waiting" : "activated";
    const isNext = isLive && firstNonce + activated === ownerNonce;
    batches.push({
      batch: batchId,
      state: isNext ? "next" : state,
      keys: count,
      activated,
      firstNonce,
      operators: [...operatorIds],
      contentURI,
    });
  }
  return { ownerNonce, nextNonce: await poolManager.nextNonce(), batches };
}
