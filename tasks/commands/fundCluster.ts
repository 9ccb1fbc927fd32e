import { BLOCKS_PER_DAY, requiredFunding, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { describeChange, findClusterSender, onNewestSnapshot, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";

/** How much to pay into a cluster, or for how long it shall run then. */
export type FundingRequest = { readonly ethAmount: bigint } | { readonly days: bigint };

/**
 * Proposes to pay into a cluster: from the pool's operating reserve, or from the account that sends.
 * @throws {InputError} If nothing is to be paid, or nobody may.
 */
export async function planFund(target: OpenCluster, wanted: FundingRequest): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  const ethAmount = amountOf(target, wanted);
  const operatorIds = [...cluster.operatorIds];
  const source = opened === undefined ? "the account that sends" : "the operating reserve";
  return {
    action: `pay ${showEther(ethAmount)} into the cluster of operators ${operatorIds.join(", ")}, from ${source}`,
    details: { ...describeChange(target, ethAmount), valueWei: ethAmount },
    warnings: cluster.condition === "liquidated" ? ["the cluster stays liquidated until it is reactivated"] : [],
    signer: await findClusterSender(target, "fund"),
    ...(await onNewestSnapshot(target, async (snapshot) => {
      if (opened !== undefined)
        return opened.pool.clusterManager.fund.populateTransaction(operatorIds, snapshot, ethAmount);
      const transaction = await ssv.ssvNetwork.deposit.populateTransaction(owner, operatorIds, snapshot);
      return { ...transaction, value: ethAmount };
    })),
    outcome: () => ({ account: owner, operators: operatorIds, paidWei: ethAmount }),
  };
}

function amountOf({ cluster }: OpenCluster, wanted: FundingRequest): bigint {
  if ("ethAmount" in wanted) {
    if (wanted.ethAmount > 0n) return wanted.ethAmount;
    throw new InputError("amount", "0", "is nothing", "pay something in");
  }
  const { balance, terms, effectiveBalanceEther, runwayBlocks } = cluster;
  const blocks = wanted.days * BLOCKS_PER_DAY;
  const missing = requiredFunding(balance, terms, vUnitsOfBalance(effectiveBalanceEther), blocks);
  if (missing > 0n && runwayBlocks !== null) return missing;
  throw new InputError(
    "days",
    wanted.days.toString(),
    runwayBlocks === null ? "is for a cluster that burns nothing" : "is no longer than the cluster runs anyway",
    "look at it with `cluster status`",
  );
}
