import {
  describeChange,
  findClusterSender,
  isRunning,
  readAnew,
  runwayAfter,
  type OpenCluster,
} from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { daysOf, SHORT_BLOCKS } from "./clusterFields.ts";

/** Takes out all there is. */
export const ALL = "all";
/** Fees of five minutes, which somebody may need to agree. */
const MARGIN_BLOCKS = 25n;

/**
 * Proposes to take ether out of a cluster: into the pool's operating reserve, or to the account that sends.
 * @throws {InputError} If the cluster has less, or nobody may.
 */
export async function planWithdraw(target: OpenCluster, wanted: bigint | typeof ALL): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  const { snapshot } = cluster;
  const ethAmount = wanted === ALL ? allOf(target) : wanted;
  requireThere(target, ethAmount);
  const operatorIds = [...cluster.operatorIds];
  const receiver = opened === undefined ? "the account that sends" : "the operating reserve";
  return {
    action: `take ${showEther(ethAmount)} out of the cluster of operators ${operatorIds.join(", ")}, to ${receiver}`,
    details: { ...describeChange(target, -ethAmount), valueWei: ethAmount },
    warnings: warningsOf(target, ethAmount),
    signer: await findClusterSender(target, "withdraw"),
    transaction:
      opened === undefined
        ? await ssv.ssvNetwork.withdraw.populateTransaction(operatorIds, ethAmount, snapshot)
        : await opened.pool.clusterManager.withdraw.populateTransaction(operatorIds, snapshot, ethAmount),
    agreement: {
      terms: { payWei: 0n, condition: cluster.condition, runwayBlocksAfter: runwayAfter(cluster, -ethAmount) },
      propose: async () => planWithdraw(await readAnew(target), wanted),
    },
    outcome: () => ({ account: owner, operators: operatorIds, takenWei: ethAmount }),
  };
}

/** All there is, of a cluster that needs nothing. */
function allOf(target: OpenCluster): bigint {
  const { cluster } = target;
  if (isRunning(cluster))
    throw new InputError(
      "amount",
      ALL,
      "is for clusters without validators, or liquidated ones",
      target.opened === undefined ? remedyFor(target) : "say how much to take out, in ETH",
    );
  if (cluster.balance === 0n) throw new InputError("amount", ALL, "is nothing", "there is no ether in the cluster");
  return cluster.balance;
}

function requireThere(target: OpenCluster, ethAmount: bigint): void {
  if (ethAmount === 0n) throw new InputError("amount", "0", "is nothing", "take something out");
  const { opened, cluster } = target;
  const { balance, collateral } = cluster;
  const shown = showEther(ethAmount);
  if (opened === undefined && isRunning(cluster) && ethAmount > mostOf(target))
    throw new InputError(
      "amount",
      shown,
      `is more than can be taken of ${showEther(balance)}: SSV keeps ${showEther(collateral)} of a cluster with validators, and fees go on`,
      remedyFor(target),
    );
  if (ethAmount > balance)
    throw new InputError("amount", shown, `is more than the ${showEther(balance)} there`, "take less");
}

function remedyFor(target: OpenCluster): string {
  const most = mostOf(target);
  return most > 0n ? `take ${showEther(most)} at the most` : "leave what is there: its validators need it";
}

/** What SSV lets an account take out of its cluster that runs. */
function mostOf({ cluster: { balance, collateral, burnRateWeiPerBlock } }: OpenCluster): bigint {
  const most = balance - collateral - burnRateWeiPerBlock * MARGIN_BLOCKS;
  return most > 0n ? most : 0n;
}

/** The pool's manager refuses what leaves too little; an account of its own may take risks. */
function warningsOf({ cluster }: OpenCluster, ethAmount: bigint): string[] {
  const left = runwayAfter(cluster, -ethAmount);
  return left !== null && left < SHORT_BLOCKS
    ? [`the cluster runs for ${daysOf(left)} days then, and anybody may liquidate it afterwards`]
    : [];
}
