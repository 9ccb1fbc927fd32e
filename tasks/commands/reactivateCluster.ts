import { BLOCKS_PER_DAY, requiredFunding, runwayBlocks, vUnitsOfBalance } from "../../src/ssv/fees.ts";
import { atMost } from "../agreement.ts";
import { findClusterSender, readAnew, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { daysOf } from "./clusterFields.ts";

/** For how long SSV advises to pay. */
export const DEFAULT_DAYS = 90n;

/**
 * Proposes to let a liquidated cluster run again, with what it needs for a runway: the pool's from its operating reserve,
 * another one for some days from the account that sends.
 * @param mostWei What another one pays at the most; as much as it takes if left out.
 * @throws {InputError} If it is not liquidated, or nobody may.
 */
export async function planReactivation(target: OpenCluster, days: bigint, mostWei?: bigint): Promise<Plan> {
  const { opened, owner, ssv, cluster } = target;
  const { snapshot } = cluster;
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
  const vUnits = vUnitsOfBalance(effectiveBalanceEther);
  const needed =
    manager === undefined
      ? requiredFunding(balance, terms, vUnits, blocks)
      : (await manager.clusterStatus(operatorIds, snapshot)).missing;
  const ethAmount = manager === undefined ? atMost(needed, mostWei) : needed;
  const after = manager === undefined ? runwayBlocks(balance + ethAmount, terms, vUnits) : blocks;
  const source = manager === undefined ? "the account that sends" : "the operating reserve";
  return {
    action: `reactivate the cluster of operators ${operatorIds.join(", ")} with ${showEther(ethAmount)} from ${source}`,
    details: {
      account: owner,
      operators: operatorIds,
      validators: Number(snapshot.validatorCount),
      balanceWei: balance,
      valueWei: ethAmount,
      runwayDaysAfter: daysOf(after),
    },
    signer: await findClusterSender(target, "reactivate"),
    transaction:
      manager === undefined
        ? { ...(await ssv.ssvNetwork.reactivate.populateTransaction(operatorIds, snapshot)), value: ethAmount }
        : await manager.reactivate.populateTransaction(operatorIds, snapshot),
    agreement: {
      terms: { payWei: ethAmount, condition: cluster.condition, runwayBlocksAfter: after },
      propose: async (most) => planReactivation(await readAnew(target), days, most),
    },
    outcome: () => ({ account: owner, operators: operatorIds, paidWei: ethAmount }),
  };
}
