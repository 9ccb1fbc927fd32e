import type { ClusterStatus } from "../../clients/clusterStatus.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { clusterId } from "../../src/ssv/cluster.ts";
import { sameOperators } from "../../src/ssv/committee.ts";
import { byId, type Operator } from "../../src/ssv/operator.ts";
import { InputError } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { daysOf, nextAction, readClusters } from "./clusterFields.ts";
import { declaredFeeFields } from "./operatorFields.ts";

/**
 * Clusters of an account with all that is known of them at the newest block.
 * @param operatorIds Those of one cluster; all clusters if left out.
 * @throws {InputError} If no account is named and there is no pool, or it has no such cluster.
 */
export async function showClusters(ssv: SSVConnection, operatorIds?: readonly bigint[]) {
  const { clusters, ...account } = await readClusters(ssv);
  const shown =
    operatorIds === undefined ? clusters : clusters.filter((c) => sameOperators(c.operatorIds, operatorIds));
  if (operatorIds !== undefined && shown.length === 0)
    throw new InputError(
      "operators",
      operatorIds.join(","),
      `are of no cluster of ${account.account}`,
      "look its clusters up with `cluster list`",
    );
  const ids = [...new Set(shown.flatMap((cluster) => cluster.operatorIds))];
  const { operators } = await fetchOperatorDirectory(ssv.ssvNetwork, { account: account.account, ids });
  return { ...account, clusters: shown.map((cluster) => describe(cluster, { ...account, operators })) };
}

interface Surroundings {
  readonly account: string;
  readonly operators: readonly Operator[];
  readonly minRunwayBlocks: bigint;
  readonly blockNumber: number;
}

function describe(cluster: ClusterStatus, { account, operators, minRunwayBlocks, blockNumber }: Surroundings) {
  const { operatorIds, snapshot, terms, runwayBlocks } = cluster;
  const own = operators.filter(({ id }) => operatorIds.includes(id)).sort(byId);
  return {
    operators: [...operatorIds],
    clusterId: clusterId(account, operatorIds),
    condition: cluster.condition,
    nextAction: nextAction(cluster, minRunwayBlocks),
    validators: Number(snapshot.validatorCount),
    effectiveBalanceWei: cluster.effectiveBalanceEther * 10n ** 18n,
    balanceWei: cluster.balance,
    collateralWei: cluster.collateral,
    burnRateWeiPerBlock: cluster.burnRateWeiPerBlock,
    networkFeeWeiPerBlock: terms.networkFeeWei,
    liquidationThresholdBlocks: terms.liquidationThresholdBlocks,
    runwayBlocks,
    runwayDays: daysOf(runwayBlocks),
    liquidatableFromBlock: runwayBlocks === null ? null : blockNumber + Number(runwayBlocks) + 1,
    fees: own.map(({ id, feeWeiPerBlock, declaredFee, isRemoved }) => ({
      operator: id,
      feeWeiPerBlock,
      declaredFee: declaredFeeFields(declaredFee),
      isRemoved,
    })),
    snapshot: { ...snapshot },
  };
}
