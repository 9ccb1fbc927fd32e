import type { Provider } from "ethers";

import type { Ceremony } from "../src/ceremony/ceremony.ts";
import { ceremonyTree } from "../src/ceremony/tree.ts";
import { sameOperators } from "../src/ssv/committee.ts";
import type { Hex } from "../src/units/hex.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";
import type { Pool } from "./pool.ts";

/** What became of a batch; the one whose keys are activated next is `next`. */
export type BatchState = "waiting" | "next" | "activated" | "discarded";

/** A key batch as the pool's log and its registry tell of it. */
export interface RegisteredBatch {
  readonly batchId: bigint;
  /** Of its Merkle tree, lower case. */
  readonly root: Hex;
  /** Owner nonce of its first key. */
  readonly firstNonce: bigint;
  readonly count: number;
  readonly operatorIds: readonly bigint[];
  /** Where its files can be read; empty if nobody said. */
  readonly contentURI: string;
  /** Keys that were activated: those before this position. */
  readonly activated: number;
  readonly state: BatchState;
}

interface Registration extends Pick<RegisteredBatch, "batchId" | "root" | "firstNonce" | "operatorIds" | "contentURI"> {
  readonly count: bigint;
}

interface Discard {
  readonly batchId: bigint;
  readonly position: bigint;
}

/**
 * All key batches of a pool, the oldest first.
 * @param fromBlock Block before which there is nothing of the pool.
 * @param toBlock Block as of which they are told; the newest if left out.
 */
export async function fetchBatches(
  { poolManager, clusterManager }: Pick<Pool, "poolManager" | "clusterManager">,
  fromBlock: number,
  chain: Provider = chainOf(poolManager),
  toBlock?: number,
): Promise<RegisteredBatch[]> {
  const { interface: abi } = poolManager;
  const address = await poolManager.getAddress();
  const fetchEvents = async (event: "BatchRegistered" | "BatchDiscarded") => {
    const logs = await fetchLogs(chain, { address, topics: abi.encodeFilterTopics(event, []) }, fromBlock, toBlock);
    return logs.map((log) => abi.decodeEventLog(event, log.data, log.topics).toObject() as unknown);
  };
  const registered = (await fetchEvents("BatchRegistered")) as Registration[];
  const discards = (await fetchEvents("BatchDiscarded")) as Discard[];
  const discardedAt = new Map(discards.map(({ batchId, position }) => [batchId, Number(position)]));

  const at = toBlock === undefined ? {} : { blockTag: toBlock };
  const ownerNonce = await clusterManager.ownerNonce(at);
  const batches: RegisteredBatch[] = [];
  for (const registration of registered) {
    const { batchId, firstNonce } = registration;
    const count = Number(registration.count);
    const position = discardedAt.get(batchId);
    const record = await poolManager.batchOf(batchId, at);
    // What the registry no longer keeps was activated, as far as it was not discarded.
    const activated = position ?? (record.count === 0n ? count : Number(record.activated));
    const isLive = position === undefined && activated < count;
    const settled = position === undefined ? "activated" : "discarded";
    const isNext = firstNonce + BigInt(activated) === ownerNonce;
    batches.push({
      ...registration,
      operatorIds: [...registration.operatorIds],
      count,
      activated,
      state: !isLive ? settled : isNext ? "next" : "waiting",
    });
  }
  return batches;
}

/** The newest batch that a ceremony was registered as. */
export function findBatch(batches: readonly RegisteredBatch[], ceremony: Ceremony): RegisteredBatch | undefined {
  const { root } = ceremonyTree(ceremony.keys);
  const firstNonce = ceremony.keys[0]?.ownerNonce;
  // Whoever registers the same root again, for other nonces, registers nothing that could be activated.
  return batches.findLast(
    (batch) =>
      batch.root === root && batch.firstNonce === firstNonce && sameOperators(batch.operatorIds, ceremony.operatorIds),
  );
}
