import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { concat } from "ethers";

import { requireEvent } from "../../clients/receipts.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import type { Hex } from "../../src/units/hex.ts";
import { onNewestSnapshot } from "../clusterAccount.ts";
import { InputError } from "../input.ts";
import { accessOf, findRoleHolder, findSender } from "../signers.ts";
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
  const { opened, keys } = removal;
  const { clusterManager, authority } = opened.pool;
  const { signer, delay } = await findAdministrator(removal);
  const what = `that ${keys.validators.length} validators of operators ${keys.operatorIds.join(", ")} are removed unexited`;
  const fields = { ...describeRemoval(removal), isAllowed: false, pubkeysHash: hash };
  const after = { warnings: ["it is good for exactly these keys in this order, once"], signer };
  const next = "run it again from an account that may remove them";
  const allowed = { ...fields, step: "allow", isAllowed: true, allowedAt: null, next };
  if (delay === 0n) {
    const transaction = await clusterManager.allowRemoval.populateTransaction(hash, true);
    const plan = { action: `allow ${what}`, details: { ...fields, step: "allow" }, transaction, ...after };
    return { step: "allow", plan: { ...plan, outcome: () => allowed } };
  }

  const target = await clusterManager.getAddress();
  const data = clusterManager.interface.encodeFunctionData("allowRemoval", [hash, true]);
  const allowedAt = await authority.getSchedule(await authority.hashOperation(signer.address, target, data));
  if (allowedAt === 0n) {
    const plan: Plan = {
      action: `schedule for ${delay} seconds from now to allow ${what}`,
      details: { ...fields, step: "schedule", delaySeconds: delay },
      ...after,
      transaction: await authority.schedule.populateTransaction(target, data, 0n),
      outcome: (receipt) => {
        const { schedule } = requireEvent(authority, receipt, "OperationScheduled") as { schedule: bigint };
        return { ...fields, step: "schedule", allowedAt: schedule, next: "run it again when it may be allowed" };
      },
    };
    return { step: "schedule", plan };
  }
  const now = BigInt((await opened.connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const shown = new Date(Number(allowedAt) * 1_000).toISOString();
  if (now < allowedAt)
    throw new InputError(
      "unexited",
      `${keys.validators.length} keys`,
      `is scheduled, and may be allowed from ${shown} on`,
      "run it again then",
    );
  const transaction = await authority.execute.populateTransaction(target, data);
  const plan = { action: `allow ${what}, as scheduled`, details: { ...fields, step: "allow", allowedAt }, ...after };
  return { step: "allow", plan: { ...plan, transaction, outcome: () => allowed } };
}

/** The account that may allow a removal, and after how many seconds. */
async function findAdministrator({
  opened,
  from,
}: PoolRemoval): Promise<{ signer: HardhatEthersSigner; delay: bigint }> {
  const { clusterManager } = opened.pool;
  const accounts = from === undefined ? await opened.connection.ethers.getSigners() : [await findSender(opened, from)];
  for (const signer of accounts) {
    const { immediate, delay } = await accessOf(opened, clusterManager, "allowRemoval", signer.address);
    if (immediate || delay > 0n) return { signer, delay: immediate ? 0n : delay };
  }
  // Which says who lacks what.
  return { signer: await findRoleHolder(opened, clusterManager, "allowRemoval", from), delay: 0n };
}
