import { requireEvent } from "../../clients/receipts.ts";
import { BLOCKS_PER_DAY } from "../../src/ssv/fees.ts";
import { describeChange, readAnew, runwayAfter, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import { findSender } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import { requireNotUsedUp } from "./usedUpCluster.ts";

/**
 * Proposes to fill a cluster of the pool up to its runway, from the operating reserve. Anybody may, once it is short, and
 * is paid for the gas.
 * @throws {InputError} If it is not a pool's, not short, used up, or liquidated.
 */
export async function planTopUp(target: OpenCluster): Promise<Plan> {
  const { opened, owner, cluster, from } = target;
  if (opened === undefined)
    throw new InputError("account", owner, "is no pool's, which has a reserve", "pay in with `cluster fund`");
  requireNotUsedUp(cluster);
  const { clusterManager } = opened.pool;
  const operatorIds = [...cluster.operatorIds];
  const status = await clusterManager.clusterStatus(operatorIds, cluster.snapshot);
  if (!status.isShort)
    throw new InputError(
      "operators",
      operatorIds.join(","),
      status.isLiquidated
        ? "are of a cluster that is liquidated"
        : `are of a cluster that runs for ${status.maximum.runwayDays} days, which is not short`,
      "look at it with `cluster status`",
    );
  const reserve = await clusterManager.reserve();
  const payment = status.missing < reserve ? status.missing : reserve;
  return {
    action: `top up the cluster of operators ${operatorIds.join(", ")} with ${showEther(payment)} of the operating reserve`,
    details: { ...describeChange(target, payment), valueWei: payment, operatingReserveWei: reserve },
    warnings:
      payment < status.missing ? [`the reserve lacks ${showEther(status.missing - payment)} of what is missing`] : [],
    signer: await findSender(opened, from),
    transaction: await clusterManager.topUp.populateTransaction(operatorIds, cluster.snapshot),
    agreement: {
      terms: {
        payWei: payment,
        slackWei: cluster.burnRateWeiPerBlock * BLOCKS_PER_DAY,
        condition: cluster.condition,
        runwayBlocksAfter: runwayAfter(cluster, payment),
      },
      propose: async () => planTopUp(await readAnew(target)),
    },
    outcome: (receipt) => {
      const event = requireEvent(clusterManager, receipt, "ClusterToppedUp") as Record<
        "ethAmount" | "compensation",
        bigint
      >;
      return { account: owner, operators: operatorIds, paidWei: event.ethAmount, compensationWei: event.compensation };
    },
  };
}
