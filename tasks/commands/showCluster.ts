import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import type { ClusterStatus } from "../../clients/clusterStatus.ts";
import { clusterId } from "../../src/ssv/cluster.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { chooseCluster, daysOf, maximumFields, nextAction, readStatuses } from "./clusterFields.ts";
import { declaredFeeFields } from "./operatorFields.ts";

/**
 * A cluster of an account with all that is known of it at the newest block.
 * @param operatorIds Ascending; may be left out if the account has one cluster alone.
 * @returns What is to be shown, and where it comes from.
 * @throws {InputError} If no account is named and there is no pool, or it has no such cluster, or several.
 */
export async function showCluster(ssv: SSVConnection, operatorIds?: readonly bigint[]) {
  const { heading, statuses } = await readStatuses(ssv);
  const { account, blockNumber, minRunwayBlocks } = heading;
  const cluster = chooseCluster(statuses.clusters, account, operatorIds);
  const { snapshot, terms, runwayBlocks } = cluster;
  const { operators } = await fetchOperatorDirectory(ssv.ssvNetwork, {
    account,
    ids: cluster.operatorIds,
    toBlock: blockNumber,
  });
  const shown = {
    ...heading,
    operators: [...cluster.operatorIds],
    clusterId: clusterId(account, cluster.operatorIds),
    condition: cluster.condition,
    nextAction: nextAction(cluster, minRunwayBlocks),
    validators: Number(snapshot.validatorCount),
    effectiveBalanceWei: cluster.effectiveBalanceEther * 10n ** 18n,
    balanceWei: cluster.balance,
    collateralWei: cluster.collateral,
    liquidationThresholdBlocks: terms.liquidationThresholdBlocks,
    burnRateWeiPerBlock: cluster.burnRateWeiPerBlock,
    runwayBlocks,
    runwayDays: daysOf(runwayBlocks),
    ...maximumFields(cluster),
    liquidatableFromBlock: liquidatableFrom(cluster, blockNumber),
    networkFeeWeiPerBlock: terms.networkFeeWei,
    fees: operators.map(({ id, feeWeiPerBlock, declaredFee, isRemoved }) => {
      const declared = declaredFeeFields(declaredFee);
      return {
        operator: id,
        feeWeiPerBlock,
        declaredWeiPerBlock: declared?.feeWeiPerBlock ?? null,
        executableAt: declared?.executableAt ?? null,
        isRemoved,
      };
    }),
    snapshot: { ...snapshot },
  };
  return { shown, statuses: { ...statuses, clusters: [cluster] } };
}

/** The block from which anybody may liquidate a cluster; null if it never comes, or has been. */
function liquidatableFrom({ condition, runwayBlocks }: ClusterStatus, blockNumber: number): number | null {
  if (condition === "liquidatable") return blockNumber;
  return condition === "liquidated" || runwayBlocks === null ? null : blockNumber + Number(runwayBlocks) + 1;
}
