import { MaxUint256 } from "ethers";

import type { ClusterManager } from "../typechain-types/index.ts";
import type { ClusterStatus, ClusterStatuses } from "./clusterStatus.ts";
import { mapConcurrently } from "./concurrency.ts";

/** One call for each cluster; nodes refuse those who make too many at once. */
const CLUSTERS_AT_ONCE = 4;

/** The clusters of a pool, with what its manager says of each at the same block. */
export async function withOutlooks(
  clusterManager: ClusterManager,
  { clusters, blockNumber, events }: ClusterStatuses,
): Promise<ClusterStatuses> {
  const at = { blockTag: blockNumber };
  const maxEffectiveBalance = await clusterManager.maxEffectiveBalance(at);
  const told = await mapConcurrently(clusters, CLUSTERS_AT_ONCE, async (cluster): Promise<ClusterStatus> => {
    const { operatorIds, snapshot, effectiveBalanceEther: reported } = cluster;
    const { isShort, maximum } = await clusterManager.clusterStatus([...operatorIds], snapshot, at);
    const counted = snapshot.validatorCount * maxEffectiveBalance;
    return {
      ...cluster,
      maximum: {
        isShort,
        effectiveBalanceEther: counted > reported ? counted : reported,
        runwayBlocks: maximum.runwayBlocks === MaxUint256 ? null : maximum.runwayBlocks,
      },
    };
  });
  return { clusters: told, blockNumber, events };
}
