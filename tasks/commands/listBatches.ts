import { fetchLogs } from "../../clients/logs.ts";
import type { PoolConnection } from "../connect.ts";
import type { Printable } from "../output.ts";

/** What of a connection the list needs. */
type ListedPool = Pick<PoolConnection, "connection" | "startBlock"> & {
  readonly pool: Pick<PoolConnection["pool"], "poolManager" | "clusterManager">;
};

interface Registration {
  readonly batchId: bigint;
  readonly firstNonce: bigint;
  readonly count: bigint;
  readonly operatorIds: bigint[];
  readonly contentURI: string;
}

interface Discard {
  readonly batchId: bigint;
  readonly position: bigint;
}

/** All key batches of a pool, the oldest first. */
export async function listBatches({ pool, connection, startBlock }: ListedPool) {
  const { poolManager, clusterManager } = pool;
  const { interface: abi } = poolManager;
  const address = await poolManager.getAddress();
  const fetchEvents = async (event: "BatchRegistered" | "BatchDiscarded") => {
    const filter = { address, topics: abi.encodeFilterTopics(event, []) };
    const logs = await fetchLogs(connection.ethers.provider, filter, startBlock);
    return logs.map((log) => abi.decodeEventLog(event, log.data, log.topics).toObject() as unknown);
  };
  const registered = (await fetchEvents("BatchRegistered")) as Registration[];
  const discards = (await fetchEvents("BatchDiscarded")) as Discard[];
  const discardedAt = new Map(discards.map(({ batchId, position }) => [batchId, position]));

  const ownerNonce = await clusterManager.ownerNonce();
  const batches: Printable[] = [];
  for (const { batchId, firstNonce, count, operatorIds, contentURI } of registered) {
    const record = await poolManager.batchOf(batchId);
    const position = discardedAt.get(batchId);
    // What the registry no longer keeps was activated, as far as it was not discarded.
    const activated = position ?? (record.count === 0n ? count : record.activated);
    const isLive = position === undefined && activated < count;
    const state = isLive ? "waiting" : position === undefined ? "activated" : "discarded";
    const isNext = isLive && firstNonce + activated === ownerNonce;
    batches.push({
      batch: batchId,
      state: isNext ? "next" : state,
      keys: Number(count),
      activated: Number(activated),
      firstNonce,
      operators: [...operatorIds],
      contentURI,
    });
  }
  return { ownerNonce, nextNonce: await poolManager.nextNonce(), batches };
}
