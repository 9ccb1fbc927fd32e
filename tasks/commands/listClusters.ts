import type { SSVConnection } from "../ssvConnection.ts";
import { daysOf, nextAction, readClusters } from "./clusterFields.ts";

/**
 * All clusters of an account, as they stand at the newest block.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function listClusters(ssv: SSVConnection) {
  const { clusters, ...account } = await readClusters(ssv);
  return {
    ...account,
    clusters: clusters.map((cluster) => ({
      operators: [...cluster.operatorIds],
      condition: cluster.condition,
      validators: Number(cluster.snapshot.validatorCount),
      balanceWei: cluster.balance,
      burnRateWeiPerBlock: cluster.burnRateWeiPerBlock,
      runwayBlocks: cluster.runwayBlocks,
      runwayDays: daysOf(cluster.runwayBlocks),
      nextAction: nextAction(cluster, account.minRunwayBlocks),
    })),
  };
}
