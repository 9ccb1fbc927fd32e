import { ISSVNetworkViews__factory, type ISSVNetwork } from "../typechain-types/index.ts";
import type { ClusterStatuses } from "./clusterStatus.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { fetchOperatorRecords } from "./operators.ts";

/** One call for each; nodes refuse those who make too many at once. */
const OPERATORS_AT_ONCE = 10;

/** Clusters with those of their operators that were removed from ssv.network, at the same block. */
export async function withRemovedOperators(
  ssvNetwork: ISSVNetwork,
  { clusters, blockNumber, events }: ClusterStatuses,
): Promise<ClusterStatuses> {
  // Removed operators charge nothing, and are not active; only the others like that are worth a search of the logs.
  const free = clusters.flatMap(({ operatorIds, terms }) =>
    operatorIds.filter((_, i) => terms.operatorFeesWei[i] === 0n),
  );
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), chainOf(ssvNetwork));
  const inactive = await mapConcurrently([...new Set(free)], OPERATORS_AT_ONCE, async (id) =>
    (await views.getOperatorById(id, { blockTag: blockNumber })).isActive ? [] : [id],
  );
  const records = await fetchOperatorRecords(ssvNetwork, inactive.flat(), blockNumber);
  const removed = new Set(records.filter(({ isRemoved }) => isRemoved).map(({ id }) => id));
  const told = clusters.map((cluster) => ({
    ...cluster,
    removedOperators: cluster.operatorIds.filter((id) => removed.has(id)),
  }));
  return { clusters: told, blockNumber, events };
}
