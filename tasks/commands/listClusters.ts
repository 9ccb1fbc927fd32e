import { fetchClusterStatuses } from "../../clients/clusterStatus.ts";
import { requireOption } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { daysOf, minRunwayOf, nextAction } from "./clusterFields.ts";

/**
 * All clusters of an account, as they stand at the newest block.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function listClusters(ssv: SSVConnection) {
  const { ssvNetwork, cacheFolder } = ssv;
  const owner = requireOption(
    ssv.account,
    "account",
    "name the account whose clusters they are, or a pool with --pool",
  );
  const { clusters, blockNumber } = await fetchClusterStatuses(ssvNetwork, owner, { cacheFolder });
  const minRunwayBlocks = await minRunwayOf(ssv);
  return {
    ssvNetwork: await ssvNetwork.getAddress(),
    account: owner,
    blockNumber,
    minRunwayBlocks,
    clusters: clusters.map((cluster) => ({
      operators: [...cluster.operatorIds],
      condition: cluster.condition,
      validators: Number(cluster.snapshot.validatorCount),
      balanceWei: cluster.balance,
      burnRateWeiPerBlock: cluster.burnRateWeiPerBlock,
      runwayBlocks: cluster.runwayBlocks,
      runwayDays: daysOf(cluster.runwayBlocks),
      nextAction: nextAction(cluster, minRunwayBlocks),
    })),
  };
}
