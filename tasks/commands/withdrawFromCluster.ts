import { describeChange, findClusterSender, readAnew, runwayAfter, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { daysOf, SHORT_BLOCKS } from "./clusterFields.ts";

/**
 * Proposes to take ether out of a cluster: into the pool's operating reserve, or to the account that sends.
 * @throws {InputError} If the cluster has less, or nobody may.
 */
export async function planWithdraw(target: OpenCluster, ethAmount: bigint): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  if (ethAmount === 0n) throw new InputError("amount", "0", "is nothing", "take something out");
  const { balance, snapshot } = cluster;
  if (ethAmount > balance)
    throw new InputError("amount", showEther(ethAmount), `is more than the ${showEther(balance)} there`, "take less");
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
      propose: async () => planWithdraw(await readAnew(target), ethAmount),
    },
    outcome: () => ({ account: owner, operators: operatorIds, takenWei: ethAmount }),
  };
}

/** The pool's manager refuses what leaves too little; an account of its own may take risks. */
function warningsOf({ cluster }: OpenCluster, ethAmount: bigint): string[] {
  const left = runwayAfter(cluster, -ethAmount);
  return left !== null && left < SHORT_BLOCKS
    ? [`the cluster runs for ${daysOf(left)} days then, and anybody may liquidate it afterwards`]
    : [];
}
