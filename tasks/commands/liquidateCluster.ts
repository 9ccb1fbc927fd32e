import { isUsedUp } from "../../clients/clusterStatus.ts";
import { readAnew, type OpenCluster } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import { findSender } from "../signers.ts";
import { OWN_ACCOUNT } from "../ssvConnection.ts";
import type { Plan } from "../transaction.ts";

/**
 * Proposes to liquidate a cluster that anybody may liquidate, so that it can be reactivated: what it owes is forgiven
 * then, and what is left in it goes to the account that sends.
 * @throws {InputError} If it is another one, also when somebody has paid into it meanwhile.
 */
export async function planLiquidation(target: OpenCluster): Promise<Plan> {
  const { opened, owner, ssv, cluster, from } = target;
  const operatorIds = [...cluster.operatorIds];
  if (cluster.condition !== "liquidatable")
    throw new InputError(
      "operators",
      operatorIds.join(","),
      `are of a cluster that is ${cluster.condition}, not liquidatable`,
      "look at it with `cluster status`",
    );
  const sender = await findSender(ssv, from);
  const left = cluster.balance === 0n ? "" : `, which pays the ${showEther(cluster.balance)} left to ${sender.address}`;
  const reactivate = opened === undefined ? `cluster reactivate --account ${OWN_ACCOUNT}` : "cluster reactivate";
  return {
    action: `liquidate the cluster of operators ${operatorIds.join(", ")}${left}`,
    details: {
      account: owner,
      operators: operatorIds,
      condition: cluster.condition,
      validators: Number(cluster.snapshot.validatorCount),
      balanceWei: cluster.balance,
      paidTo: sender.address,
    },
    warnings: [
      "its validators do nothing until it is reactivated",
      ...(isUsedUp(cluster) ? [] : ["it could be saved instead: pay in with `cluster fund`"]),
    ],
    signer: sender,
    transaction: await ssv.ssvNetwork.liquidate.populateTransaction(owner, operatorIds, cluster.snapshot),
    agreement: {
      terms: { payWei: 0n, condition: cluster.condition, runwayBlocksAfter: null },
      // Its owner may liquidate any cluster, so ssv.network would not refuse him one that was saved.
      propose: async () => planLiquidation(await readAnew(target)),
    },
    outcome: () => ({
      account: owner,
      operators: operatorIds,
      condition: "liquidated",
      nextAction: `run \`${reactivate}\`: its validators do nothing`,
    }),
  };
}
