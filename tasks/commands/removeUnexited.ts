import { concat } from "ethers";

import { pubkeysHash } from "../../src/oracle/messages.ts";
import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import type { Hex } from "../../src/units/hex.ts";
import { onNewestSnapshot } from "../clusterAccount.ts";
import { planRoleCall } from "../roleCall.ts";
import { findRoleHolder } from "../signers.ts";
import type { Plan } from "../transaction.ts";
import { describeRemoval, type PoolRemoval } from "./removal.ts";

/** Steps of such a removal, in their order; `schedule` where the administrator acts with a delay. */
export type RemovalStep = "schedule" | "allow" | "remove";

/** The next step of a removal. */
export interface PlannedStep {
  readonly step: RemovalStep;
  readonly plan: Plan;
}

/** What a removal of validators that live means. */
export const UNEXITED =
  "validators that have not exited are off duty at once, and lose ether in every epoch until they are gone or registered again";

/**
 * Proposes the next step by which a pool's keys are removed before their validators are gone: the administrator allows
 * it for exactly these keys, with his delay, and then the operator does it.
 * @throws {InputError} If the delay has not passed, or no account has the role for the step.
 */
export async function planUnexitedRemoval(removal: PoolRemoval, warnings: readonly string[]): Promise<PlannedStep> {
  const { ssv, owner, opened, keys, cluster, from } = removal;
  const { clusterManager } = opened.pool;
  const packed = concat(keys.validators.map(({ pubkey }) => pubkey)) as Hex;
  const hash = pubkeysHash(packed);
  if (!(await clusterManager.isRemovalAllowed(hash))) return planAllowance(removal, hash);
  const operatorIds = [...keys.operatorIds];
  const propose = (snapshot: ClusterSnapshot) =>
    clusterManager.removeUnexited.populateTransaction(packed, operatorIds, snapshot);
  const fields = { step: "remove" as const, ...describeRemoval(removal) };
  const plan: Plan = {
    action: `remove ${keys.validators.length} validators of operators ${operatorIds.join(", ")}, which have not exited`,
    details: { ...fields, isAllowed: true },
    warnings: [UNEXITED, ...warnings],
    signer: await findRoleHolder(opened, clusterManager, "removeUnexited", from),
    ...(await onNewestSnapshot({ ssv, owner, cluster }, propose)),
    outcome: () => fields,
  };
  return { step: "remove", plan };
}

async function planAllowance(removal: PoolRemoval, hash: Hex): Promise<PlannedStep> {
  const { opened, keys, from } = removal;
  const { clusterManager, authority } = opened.pool;
  const fields = { ...describeRemoval(removal), pubkeysHash: hash };
  const plan = await planRoleCall(opened, {
    contract: clusterManager,
    method: "allowRemoval",
    from,
    action: `allow that ${keys.validators.length} validators of operators ${keys.operatorIds.join(", ")} are removed unexited`,
    details: { ...fields, isAllowed: false },
    warnings: ["it is good for exactly these keys in this order, once"],
    transaction: await clusterManager.allowRemoval.populateTransaction(hash, true),
    outcome: () => ({ isAllowed: true, next: "run it again from an account that may remove them" }),
  });
  const { selector } = authority.interface.getFunction("schedule");
  const step: RemovalStep = plan.transaction.data?.startsWith(selector) === true ? "schedule" : "allow";
  const outcome: Plan["outcome"] = async (receipt) => ({ step, ...fields, ...(await plan.outcome(receipt)) });
  return { step, plan: { ...plan, details: { step, ...plan.details }, outcome } };
}
