import type { ClusterSnapshot } from "../src/ssv/cluster.ts";
import { liquidationCollateral, runwayBlocks, vUnitsOfBalance, type FeeTerms } from "../src/ssv/fees.ts";
import { foldOwnerEvents, type OwnedCluster, type OwnerEvent } from "../src/ssv/ownerEvents.ts";
import { ISSVNetworkViews__factory, type ISSVNetwork, type ISSVNetworkViews } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import { mapConcurrently } from "./concurrency.ts";
import { fetchOwnerEvents, type EventSource } from "./ownerEvents.ts";

/** Whether a cluster's operators work, and whether they go on. */
export type ClusterCondition = "active" | "liquidatable" | "liquidated" | "empty";

/** How a cluster stands at a block. */
export interface ClusterStatus extends OwnedCluster {
  readonly condition: ClusterCondition;
  /** After all fees so far, wei; of a liquidated cluster, what was paid in since. */
  readonly balance: bigint;
  /** Sum over its validators, as SSV bills it, whole ether; 32 for each of a liquidated cluster. */
  readonly effectiveBalanceEther: bigint;
  /** What it charges while it is active, wei per block. */
  readonly burnRateWeiPerBlock: bigint;
  /** What must be left, wei. */
  readonly collateral: bigint;
  /** Blocks until anybody may liquidate it; null if never. */
  readonly runwayBlocks: bigint | null;
  /** What it is charged by. */
  readonly terms: FeeTerms;
  /** What the manager of a pool says of it; undefined for other owners. */
  readonly maximum?: MaximumOutlook | undefined;
  /** Operators that ssv.network has removed for ever; undefined if nobody looked. */
  readonly removedOperators?: readonly bigint[] | undefined;
}

/** A cluster at the largest effective balance that its validators are taken to have. */
export interface MaximumOutlook {
  /** Whether anybody may top it up. */
  readonly isShort: boolean;
  /** Sum over its validators, whole ether; what SSV bills if that is more. */
  readonly effectiveBalanceEther: bigint;
  /** Blocks until anybody could liquidate it then; null if never. */
  readonly runwayBlocks: bigint | null;
}

/**
 * Whether a cluster ran out of ether before anybody liquidated it. ssv.network charges on, shows nothing but a balance
 * of zero, and takes first what is owed from what is paid in. A liquidation forgives it.
 */
export function isUsedUp({ condition, balance }: Pick<ClusterStatus, "condition" | "balance">): boolean {
  return condition === "liquidatable" && balance === 0n;
}

/** The clusters of an owner at one block. */
export interface ClusterStatuses {
  /** In the order of their first event. */
  readonly clusters: readonly ClusterStatus[];
  readonly blockNumber: number;
  /** All that was logged of the owner until then, in the order of the chain. */
  readonly events: readonly OwnerEvent[];
}

/** Some calls for each cluster; nodes refuse those who make too many at once. */
const CLUSTERS_AT_ONCE = 4;

/** Reads how all clusters of an owner stand at the newest block, from one pass over its logs and the views. */
export async function fetchClusterStatuses(
  ssvNetwork: ISSVNetwork,
  owner: string,
  source: EventSource = {},
): Promise<ClusterStatuses> {
  const chain = chainOf(ssvNetwork);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), chain);
  const blockNumber = source.toBlock ?? (await chain.getBlockNumber());
  const events = await fetchOwnerEvents(ssvNetwork, owner, { ...source, toBlock: blockNumber });
  const { clusters } = foldOwnerEvents(events);
  const at = { blockTag: blockNumber };
  const network = await fetchNetworkTerms(views, at);
  const statuses = await mapConcurrently([...clusters.values()], CLUSTERS_AT_ONCE, async (cluster) => {
    const terms = { ...network, operatorFeesWei: await fetchOperatorFees(views, cluster.operatorIds, at) };
    return describe(views, owner, cluster, terms, at);
  });
  return { clusters: statuses, blockNumber, events };
}

/**
 * Reads what operators and ssv.network charge, and what a cluster must keep.
 * @param toBlock At which block; the newest if left out.
 */
export async function fetchFeeTerms(
  ssvNetwork: ISSVNetwork,
  operatorIds: readonly bigint[],
  toBlock?: number,
): Promise<{ terms: FeeTerms; blockNumber: number }> {
  const chain = chainOf(ssvNetwork);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), chain);
  const blockNumber = toBlock ?? (await chain.getBlockNumber());
  const at = { blockTag: blockNumber };
  const operatorFeesWei = await fetchOperatorFees(views, operatorIds, at);
  return { terms: { ...(await fetchNetworkTerms(views, at)), operatorFeesWei }, blockNumber };
}

type At = Readonly<{ blockTag: number }>;

async function fetchNetworkTerms(views: ISSVNetworkViews, at: At): Promise<Omit<FeeTerms, "operatorFeesWei">> {
  const [networkFeeWei, minimumCollateralWei, liquidationThresholdBlocks] = await Promise.all([
    views.getNetworkFee(at),
    views.getMinimumLiquidationCollateral(at),
    views.getLiquidationThresholdPeriod(at),
  ]);
  return { networkFeeWei, minimumCollateralWei, liquidationThresholdBlocks };
}

function fetchOperatorFees(views: ISSVNetworkViews, operatorIds: readonly bigint[], at: At): Promise<bigint[]> {
  return Promise.all(operatorIds.map((id) => views.getOperatorFee(id, at)));
}

async function describe(
  views: ISSVNetworkViews,
  owner: string,
  { operatorIds, snapshot }: OwnedCluster,
  terms: FeeTerms,
  at: At,
): Promise<ClusterStatus> {
  const cluster: [string, bigint[], ClusterSnapshot] = [owner, [...operatorIds], snapshot];
  const burnRateWeiPerBlock = await views.getBurnRate(...cluster, at);
  const isLiquidated = !snapshot.active;
  // Of liquidated clusters, ssv.network answers neither.
  const [balance, effectiveBalanceEther, isLiquidatable] = isLiquidated
    ? [snapshot.balance, 32n * snapshot.validatorCount, false]
    : await Promise.all([
        views.getBalance(...cluster, at),
        views.getEffectiveBalance(...cluster, at),
        views.isLiquidatable(...cluster, at),
      ]);
  const vUnits = vUnitsOfBalance(effectiveBalanceEther);
  const left = isLiquidated ? 0n : runwayBlocks(balance, terms, vUnits);
  return {
    ...{ operatorIds, snapshot, terms, balance, effectiveBalanceEther, burnRateWeiPerBlock },
    condition: conditionOf(snapshot, isLiquidatable),
    collateral: liquidationCollateral(terms, vUnits),
    runwayBlocks: snapshot.validatorCount === 0n ? null : left,
  };
}

function conditionOf({ active, validatorCount }: ClusterSnapshot, isLiquidatable: boolean): ClusterCondition {
  if (!active) return "liquidated";
  if (validatorCount === 0n) return "empty";
  return isLiquidatable ? "liquidatable" : "active";
}
