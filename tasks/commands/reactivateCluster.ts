import { BLOCKS_PER_DAY, requiredFunding, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { findClusterSender, onNewestSnapshot, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { daysOf } from "./clusterFields.ts";

/** For how long SSV advises to pay. */
export const DEFAULT_DAYS = 90n;

/**
 * Proposes to let a liquidated cluster run again, with what it needs for a runway: the pool's from its operating reserve,
 * another one for some days from the account that sends.
 * @throws {InputError} If it is not liquidated, or nobody may.
 */
export async function planReactivation(target: OpenCluster, days: bigint): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  const operatorIds = [...cluster.operatorIds];
  if (cluster.condition !== "liquidated")
    throw new InputError(
      "operators",
      operatorIds.join(","),
      "are of a cluster that is not liquidated",
      "look at it with `cluster status`",
    );
  const { balance, terms, effectiveBalanceEther } = cluster;
  const manager = opened?.pool.clusterManager;
  const blocks = manager === undefined ? days * BLOCKS_PER_DAY : (await manager.runway()).runwayBlocks;
  const ethAmount =
    manager === undefined
      ? requiredFunding(balance, terms, vUnitsOfBalance(effectiveBalanceEther), blocks)
      : (await manager.clusterStatus(operatorIds, cluster.snapshot)).missing;
  const source = manager === undefined ? "the account that sends" : "the operating reserve";
  return {
    action: `reactivate the cluster of operators ${operatorIds.join(", ")} with ${showEther(ethAmount)} from ${source}`,
    details: {
      account: owner,
      operators: operatorIds,
      validators: Number(cluster.snapshot.validatorCount),
      balanceWei: balance,
      valueWei: ethAmount,
      runwayDaysAfter: daysOf(blocks),
    },
    signer: await findClusterSender(target, "reactivate"),
    ...(await onNewestSnapshot(target, async (snapshot) => {
      if (manager !== undefined) return manager.reactivate.populateTransaction(operatorIds, snapshot);
      const transaction = await ssv.ssvNetwork.reactivate.populateTransaction(operatorIds, snapshot);
      return { ...transaction, value: ethAmount };
    })),
    outcome: () => ({ account: owner, operators: operatorIds, paidWei: ethAmount }),
  };
}
