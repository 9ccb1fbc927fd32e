import { runwayBlocks, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { describeChange, findClusterSender, onNewestSnapshot, type OpenCluster } from "../clusterAccount.ts";
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
  const { balance } = cluster;
  if (ethAmount > balance)
    throw new InputError("amount", showEther(ethAmount), `is more than the ${showEther(balance)} there`, "take less");
  const operatorIds = [...cluster.operatorIds];
  const receiver = opened === undefined ? "the account that sends" : "the operating reserve";
  return {
    action: `take ${showEther(ethAmount)} out of the cluster of operators ${operatorIds.join(", ")}, to ${receiver}`,
    details: { ...describeChange(target, -ethAmount), valueWei: ethAmount },
    warnings: warningsOf(target, ethAmount),
    signer: await findClusterSender(target, "withdraw"),
    ...(await onNewestSnapshot(target, (snapshot) =>
      opened === undefined
        ? ssv.ssvNetwork.withdraw.populateTransaction(operatorIds, ethAmount, snapshot)
        : opened.pool.clusterManager.withdraw.populateTransaction(operatorIds, snapshot, ethAmount),
    )),
    outcome: () => ({ account: owner, operators: operatorIds, takenWei: ethAmount }),
  };
}

/** The pool's manager refuses what leaves too little; an account of its own may take risks. */
function warningsOf({ cluster }: OpenCluster, ethAmount: bigint): string[] {
  const { balance, terms, effectiveBalanceEther, snapshot } = cluster;
  if (!snapshot.active || snapshot.validatorCount === 0n) return [];
  const left = runwayBlocks(balance - ethAmount, terms, vUnitsOfBalance(effectiveBalanceEther));
  return left !== null && left < SHORT_BLOCKS
    ? [`the cluster runs for ${daysOf(left)} days then, and anybody may liquidate it afterwards`]
    : [];
}
