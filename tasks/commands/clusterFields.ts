import { withOutlooks } from "../../clients/clusterOutlook.ts";
import { fetchClusterStatuses, isUsedUp, type ClusterStatus } from "../../clients/clusterStatus.ts";
import { withRemovedOperators } from "../../clients/removedOperators.ts";
import { sameOperators, toleratedFaults } from "../../src/ssv/committee.ts";
import { BLOCKS_PER_DAY } from "../../src/ssv/fees.ts";
import { InputError, requireOption } from "../input.ts";
import { poolOf, type SSVConnection } from "../ssvConnection.ts";

/** Runway below which a cluster is short, where no pool says so: time to notice and to send ether. */
export const SHORT_BLOCKS = 14n * BLOCKS_PER_DAY;

/**
 * Reads the clusters of an account, as they stand at the newest block, with what was logged of it.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function readStatuses(ssv: SSVConnection) {
  const { ssvNetwork } = ssv;
  const account = requireOption(
    ssv.account,
    "account",
    "name the account whose clusters they are, or a pool with --pool",
  );
  const reported = await withRemovedOperators(ssvNetwork, await fetchClusterStatuses(ssvNetwork, account, ssv));
  const { blockNumber } = reported;
  const manager = (await poolOf(ssv, account))?.pool.clusterManager;
  const statuses = manager === undefined ? reported : await withOutlooks(manager, reported);
  const minRunwayBlocks =
    manager === undefined ? SHORT_BLOCKS : (await manager.runway({ blockTag: blockNumber })).minRunwayBlocks;
  return { heading: { ssvNetwork: await ssvNetwork.getAddress(), account, blockNumber, minRunwayBlocks }, statuses };
}

/** The same without the logs. */
export async function readClusters(ssv: SSVConnection) {
  const { heading, statuses } = await readStatuses(ssv);
  return { ...heading, clusters: statuses.clusters };
}

/** What every list of clusters says of one. */
export function clusterRow(cluster: ClusterStatus, minRunwayBlocks: bigint) {
  return {
    operators: [...cluster.operatorIds],
    condition: cluster.condition,
    validators: Number(cluster.snapshot.validatorCount),
    balanceWei: cluster.balance,
    burnRateWeiPerBlock: cluster.burnRateWeiPerBlock,
    runwayBlocks: cluster.runwayBlocks,
    runwayDays: daysOf(cluster.runwayBlocks),
    ...maximumFields(cluster),
    nextAction: nextAction(cluster, minRunwayBlocks),
  };
}

/** What a pool's manager says of a cluster; nothing for those of others. */
export function maximumFields({ maximum }: ClusterStatus): MaximumFields {
  if (maximum === undefined) return {};
  const { isShort, runwayBlocks } = maximum;
  return { isShort, runwayBlocksAtMaximum: runwayBlocks, runwayDaysAtMaximum: daysOf(runwayBlocks) };
}

/** Of a pool's cluster, by the largest effective balance that its validators are taken to have. */
export interface MaximumFields {
  readonly isShort?: boolean;
  readonly runwayBlocksAtMaximum?: bigint | null;
  readonly runwayDaysAtMaximum?: number | null;
}

/** Whether the runway that counts is short: at the maximum for a pool, as its manager says. */
export function isShort({ maximum, runwayBlocks }: ClusterStatus, minRunwayBlocks: bigint): boolean {
  return maximum?.isShort ?? (runwayBlocks !== null && runwayBlocks < minRunwayBlocks);
}

/** What the owner of a cluster has to do next, as an imperative. */
export function nextAction(cluster: ClusterStatus, minRunwayBlocks: bigint): string {
  const { condition, snapshot, balance } = cluster;
  if (snapshot.validatorCount === 0n) return balance > 0n ? "withdraw what is left" : "none";
  if (condition === "liquidated") return "reactivate it: its validators do nothing";
  if (isUsedUp({ condition, balance })) return "liquidate and reactivate it: it is used up and owes fees";
  if (condition === "liquidatable") return "pay in at once: anybody may liquidate it";
  return isShort(cluster, minRunwayBlocks) ? "pay in: the runway is short" : replaceRemoved(cluster);
}

/** Validators sign as long as no more than a third of their operators, rounded down, are missing. */
function replaceRemoved({ operatorIds, removedOperators = [] }: ClusterStatus): string {
  if (removedOperators.length === 0) return "none";
  const spare = toleratedFaults(operatorIds.length) - removedOperators.length;
  const left = spare < 0 ? "too few are left to sign" : `the cluster can lose ${spare === 0 ? "no" : spare} other one`;
  const [who, were] = removedOperators.length === 1 ? ["operator", "was"] : ["operators", "were"];
  return `${who} ${removedOperators.join(", ")} ${were} removed: ${left}${spare > 1 ? "s" : ""}; give its validators other operators with \`validators update-operators\``;
}

/** A runway in whole days, rounded down; null if it has no end. */
export function daysOf(blocks: bigint | null): number | null {
  return blocks === null ? null : Number(blocks / BLOCKS_PER_DAY);
}

/**
 * One of the clusters of an account.
 * @param operatorIds Ascending; may be left out if there is one alone.
 * @throws {InputError} If there is none, or none such, or several.
 */
export function chooseCluster(
  clusters: readonly ClusterStatus[],
  account: string,
  operatorIds: readonly bigint[] | undefined,
): ClusterStatus {
  const matching =
    operatorIds === undefined
      ? clusters
      : clusters.filter((cluster) => sameOperators(cluster.operatorIds, operatorIds));
  const [cluster, another] = matching;
  if (clusters.length === 0)
    throw new InputError(
      "account",
      account,
      "has no cluster",
      "name another one with --account, or register validators",
    );
  if (cluster !== undefined && another === undefined) return cluster;
  throw new InputError(
    "operators",
    operatorIds?.join(",") ?? "nothing",
    cluster === undefined ? `are of no cluster of ${account}` : `do not tell ${matching.length} clusters apart`,
    "look the clusters up with `cluster list`, and name the operators of one",
  );
}
