import type { ClusterHistories } from "../../clients/clusterHistories.ts";
import type { ClusterStatus } from "../../clients/clusterStatus.ts";
import type { ClusterHistory, HistoryPoint } from "../../src/ssv/clusterHistory.ts";
import type { TermChange } from "../../src/ssv/feeHistory.ts";
import type { SnapshotEventName } from "../../src/ssv/ownerEvents.ts";
import { daysOf } from "../commands/clusterFields.ts";
import { showEther, showGwei } from "../output.ts";

const EVENTS: Readonly<Record<SnapshotEventName, string>> = {
  ClusterBalanceUpdated: "effective balance updated",
  ClusterDeposited: "paid in",
  ClusterLiquidated: "liquidated",
  ClusterMigratedToETH: "began to pay in ether",
  ClusterReactivated: "reactivated",
  ClusterWithdrawn: "taken out",
  ValidatorAdded: "validators added",
  ValidatorRemoved: "validators removed",
};

/** What the charts of a cluster are drawn from, and its tables say. */
export type ClusterData = ReturnType<typeof clusterData>;

/** A cluster over time, as a page has it. */
export function clusterData(
  { operatorIds, condition }: Pick<ClusterStatus, "operatorIds" | "condition">,
  history: ClusterHistory,
  times: ClusterHistories["times"],
) {
  const timeOf = (blockNumber: number): bigint => times.get(blockNumber) ?? 0n;
  return {
    operators: [...operatorIds],
    condition,
    exactFromBlock: history.exactFrom,
    points: history.points.map((point, i) => ({
      observedAt: timeOf(point.blockNumber),
      blockNumber: point.blockNumber,
      what: occasionOf(point, i, history),
      validators: Number(point.validatorCount),
      balanceWei: point.balance,
      burnRateWeiPerBlock: point.burnRateWeiPerBlock,
      collateralWei: point.collateral,
      runwayBlocks: point.runwayBlocks,
      runwayDays: daysOf(point.runwayBlocks),
    })),
    changes: history.changes.map((change) => ({
      changedAt: timeOf(change.blockNumber),
      blockNumber: change.blockNumber,
      what: describeTerm(change),
      from: describeValue(change, change.from),
      to: describeValue(change, change.to),
    })),
  };
}

/** What makes a point: what happened, or what is about to. */
function occasionOf(point: HistoryPoint, position: number, { points, changes }: ClusterHistory): string {
  const { blockNumber, events, balance } = point;
  if (events.length > 0) return events.map((name) => EVENTS[name as SnapshotEventName]).join(", ");
  if (points[position - 1]?.blockNumber === blockNumber)
    return changes
      .filter((change) => change.blockNumber === blockNumber)
      .map((change) => `${describeTerm(change)}: ${describeValue(change, change.to)}`)
      .join(", ");
  if (position === points.length - 1) return "now";
  if (points[position + 1]?.blockNumber === blockNumber) return "just before";
  return balance === 0n ? "nothing is left" : "the runway ends";
}

function describeTerm({ term }: TermChange): string {
  if (typeof term === "object") return `fee of operator ${term.operatorId}`;
  return {
    networkFeeWei: "network fee",
    minimumCollateralWei: "least collateral",
    liquidationThresholdBlocks: "threshold",
  }[term];
}

function describeValue({ term }: TermChange, value: bigint): string {
  if (term === "minimumCollateralWei") return showEther(value);
  return term === "liquidationThresholdBlocks" ? `${value} blocks` : showGwei(value);
}
