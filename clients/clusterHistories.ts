import { clusterHistory, type ClusterHistory } from "../src/ssv/clusterHistory.ts";
import { eventsOfCluster } from "../src/ssv/ownerEvents.ts";
import type { ISSVNetwork } from "../typechain-types/index.ts";
import type { ClusterStatus, ClusterStatuses } from "./clusterStatus.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { fetchFeeHistory } from "./feeHistory.ts";

/** Some clusters over time. */
export interface ClusterHistories {
  /** In the order of the clusters. */
  readonly histories: readonly ClusterHistory[];
  /** Time in seconds of each block that they name, and of the last one. */
  readonly times: ReadonlyMap<number, bigint>;
}

const BLOCKS_AT_ONCE = 8;

/**
 * Reads how clusters came to stand as they do.
 * @param statuses How they stand, with what was logged of their owner until then.
 */
export async function fetchClusterHistories(
  ssvNetwork: ISSVNetwork,
  { clusters, blockNumber, events }: ClusterStatuses,
): Promise<ClusterHistories> {
  const [first] = clusters;
  const operatorFeesWei = new Map(clusters.flatMap(currentFees));
  const fees =
    first === undefined
      ? undefined
      : await fetchFeeHistory(ssvNetwork, { ...first.terms, operatorFeesWei, blockNumber });
  const histories = clusters.flatMap(({ operatorIds, balance }) => {
    const request = { operatorIds, events: eventsOfCluster(events, operatorIds), toBlock: blockNumber, balance };
    return fees === undefined ? [] : [clusterHistory(request, fees)];
  });
  const blocks = histories.flatMap(({ points, changes }) => [...points, ...changes].map((place) => place.blockNumber));
  return { histories, times: await fetchTimes(ssvNetwork, [...new Set([...blocks, blockNumber])]) };
}

function currentFees({ operatorIds, terms }: ClusterStatus): [bigint, bigint][] {
  return operatorIds.map((id, i) => [id, terms.operatorFeesWei[i] ?? 0n]);
}

async function fetchTimes(ssvNetwork: ISSVNetwork, blockNumbers: readonly number[]): Promise<Map<number, bigint>> {
  const chain = chainOf(ssvNetwork);
  const times = await mapConcurrently(blockNumbers, BLOCKS_AT_ONCE, async (blockNumber) => {
    const block = await chain.getBlock(blockNumber);
    if (block === null) throw new Error(`the node has no block ${blockNumber}: use one that keeps all headers`);
    return [blockNumber, BigInt(block.timestamp)] as const;
  });
  return new Map(times);
}
