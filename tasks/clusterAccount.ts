import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { fetchClusterStatuses, type ClusterStatus } from "../clients/clusterStatus.ts";
import { fetchClusterSnapshot } from "../clients/ownerEvents.ts";
import type { ClusterSnapshot } from "../src/ssv/cluster.ts";
import type { OwnedCluster } from "../src/ssv/ownerEvents.ts";
import { runwayBlocks, vUnitsOfBalance } from "../src/ssv/fees.ts";
import type { SendArguments } from "./arguments.ts";
import { chooseCluster, daysOf, readClusters } from "./commands/clusterFields.ts";
import type { PoolConnection } from "./connect.ts";
import { InputError, parseCluster, requireOption } from "./input.ts";
import { findRoleHolder, findSender } from "./signers.ts";
import { openSSV, OWN_ACCOUNT, poolOf, type SSVArguments, type SSVConnection } from "./ssvConnection.ts";
import type { Renewable } from "./staleCluster.ts";
import type { Plan } from "./transaction.ts";

/** What every task that changes a cluster is given. */
export interface ClusterArguments extends SendArguments, SSVArguments {
  readonly operators: string | undefined;
}

/** Who owns clusters that are to be changed: a pool's manager, or the account that sends. */
export interface ClusterOwner {
  readonly ssv: SSVConnection;
  readonly owner: string;
  /** The pool whose clusters they are; undefined if they are the sender's own. */
  readonly opened: PoolConnection | undefined;
  readonly from: string | undefined;
}

/** What may be done to clusters of others, which SSV lets anybody pay into. */
type Change = "own" | "payIn";

/** A cluster that is to be changed. */
export interface OpenCluster extends ClusterOwner {
  readonly cluster: ClusterStatus;
}

type Transaction = Plan["transaction"];

/**
 * Finds the cluster that a task is to change.
 * @param change What it does to it.
 * @throws {InputError | DeploymentError} If there is no such account or cluster, or it is somebody else's.
 */
export async function openCluster(
  hre: HardhatRuntimeEnvironment,
  args: ClusterArguments,
  change: Change = "own",
): Promise<OpenCluster> {
  const operatorIds = parseCluster(args.operators);
  const ssv = await openSSV(hre, args, false);
  const { clusters, account } = await readClusters(ssv);
  const target = await requireOwner(ssv, args, change);
  return { ...target, cluster: chooseCluster(clusters, account, operatorIds) };
}

/**
 * Finds out who owns the clusters that a task is to change.
 * @throws {InputError} If it is somebody else, or nobody is named and there is no pool.
 */
export async function requireOwner(
  ssv: SSVConnection,
  { account, from }: Pick<ClusterArguments, "account" | "from">,
  change: Change = "own",
): Promise<ClusterOwner> {
  const owner = requireOption(ssv.account, "account", `name the pool with --pool, or give ${OWN_ACCOUNT}`);
  const opened = await poolOf(ssv, owner);
  if (account === OWN_ACCOUNT || opened !== undefined || change === "payIn") return { ssv, owner, opened, from };
  throw new InputError(
    "account",
    owner,
    "is not the pool's, so that nobody here can change its clusters",
    `leave it out for the pool, or give ${OWN_ACCOUNT} for the account that sends`,
  );
}

/** The account that may call a function of the pool's manager, or that sends for itself. */
export async function findClusterSender(
  { ssv, opened, from }: Pick<OpenCluster, "ssv" | "opened" | "from">,
  method: string,
): Promise<HardhatEthersSigner> {
  if (opened === undefined) return findSender(ssv, from);
  return findRoleHolder(opened, opened.pool.clusterManager, method, from);
}

/** The transaction of a plan, for the snapshot that was read, and for newer ones. */
export async function onNewestSnapshot(
  { ssv, owner, cluster }: Pick<OpenCluster, "ssv" | "owner"> & { readonly cluster: OwnedCluster },
  propose: (snapshot: ClusterSnapshot) => Promise<Transaction>,
): Promise<Renewable<Transaction>> {
  const newest = () => fetchClusterSnapshot(ssv.ssvNetwork, owner, cluster.operatorIds, ssv);
  return { transaction: await propose(cluster.snapshot), renew: async () => propose(await newest()) };
}

/** The same cluster as it stands now. */
export async function readAnew(target: OpenCluster): Promise<OpenCluster> {
  const { ssv, owner, cluster } = target;
  const { clusters } = await fetchClusterStatuses(ssv.ssvNetwork, owner, ssv);
  return { ...target, cluster: chooseCluster(clusters, owner, cluster.operatorIds) };
}

/** Whether a cluster has validators that work, for which it is charged. */
export function isRunning({ snapshot }: Pick<ClusterStatus, "snapshot">): boolean {
  return snapshot.active && snapshot.validatorCount > 0n;
}

/** Blocks that a cluster runs for when its balance has changed; null if that has no end. */
export function runwayAfter(cluster: ClusterStatus, change: bigint): bigint | null {
  const { balance, terms, effectiveBalanceEther } = cluster;
  return isRunning(cluster)
    ? runwayBlocks(balance + change, terms, vUnitsOfBalance(effectiveBalanceEther))
    : cluster.runwayBlocks;
}

/** What a change of a cluster's balance does to its runway, for people. */
export function describeChange({ owner, cluster }: OpenCluster, change: bigint) {
  const { balance, operatorIds } = cluster;
  return {
    account: owner,
    operators: [...operatorIds],
    condition: cluster.condition,
    balanceWei: balance,
    balanceAfterWei: balance + change,
    runwayDays: daysOf(cluster.runwayBlocks),
    runwayDaysAfter: daysOf(runwayAfter(cluster, change)),
  };
}
