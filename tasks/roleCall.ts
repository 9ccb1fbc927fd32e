import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract } from "ethers";

import type { PoolConnection } from "./connect.ts";
import { InputError } from "./input.ts";
import { accessOf, findRoleHolder, findSender } from "./signers.ts";
import type { Plan } from "./transaction.ts";

/** A call that needs a role, and who makes it. */
export interface RoleCall extends Omit<Plan, "signer" | "transaction"> {
  readonly contract: BaseContract;
  /** Function of the contract. */
  readonly method: string;
  readonly transaction: { readonly to: string; readonly data: string };
  /** Account that was named; the first one that may call, if left out. */
  readonly from: string | undefined;
  /** Refuses what would fail if it were called now; not asked where a call is scheduled for later. */
  readonly requirePossible?: () => void;
}

/**
 * Proposes a call by role: at once, or where the role has a delay in two steps. The first one schedules it at the
 * access manager; the same command, given again when the delay is over, executes it.
 * @throws {InputError} If nobody may call, or the delay is not over.
 */
export async function planRoleCall(opened: PoolConnection, call: RoleCall): Promise<Plan> {
  const { contract, method, from, requirePossible, ...plan } = call;
  const { signer, delay } = await findCaller(opened, contract, method, from);
  if (delay === 0n) {
    requirePossible?.();
    return { ...plan, signer };
  }
  const { authority } = opened.pool;
  const { to, data } = plan.transaction;
  const id = await authority.hashOperation(signer.address, to, data);
  const scheduledAt = await authority.getSchedule(id);
  if (scheduledAt === 0n) return planSchedule(opened, { ...plan, signer }, call.transaction, delay);
  const now = await newestTime(opened);
  if (scheduledAt > now)
    throw new InputError(
      "delay",
      `${scheduledAt - now} seconds`,
      "is not over yet: the call is scheduled",
      `run the same command again after ${new Date(Number(scheduledAt) * 1_000).toISOString()}`,
    );
  requirePossible?.();
  return { ...plan, signer, transaction: await authority.execute.populateTransaction(to, data) };
}

async function planSchedule(
  opened: PoolConnection,
  plan: Plan,
  { to, data }: RoleCall["transaction"],
  delay: bigint,
): Promise<Plan> {
  const { authority } = opened.pool;
  return {
    action: `schedule, to be executed by the same command after ${delay} seconds: ${plan.action}`,
    details: { accessManager: await authority.getAddress(), ...plan.details },
    warnings: plan.warnings ?? [],
    signer: plan.signer,
    transaction: await authority.schedule.populateTransaction(to, data, 0n),
    outcome: async () => {
      const id = await authority.hashOperation(plan.signer.address, to, data);
      const executableAt = await authority.getSchedule(id);
      return { scheduled: id, executableAt, expiresAt: executableAt + (await authority.expiration()) };
    },
  };
}

/** The first account that may call at once, or else the first one that may after a delay. */
async function findCaller(opened: PoolConnection, contract: BaseContract, method: string, from: string | undefined) {
  const candidates =
    from === undefined ? await opened.connection.ethers.getSigners() : [await findSender(opened, from)];
  let waiting: { readonly signer: HardhatEthersSigner; readonly delay: bigint } | undefined;
  for (const signer of candidates) {
    const { immediate, delay } = await accessOf(opened, contract, method, signer.address);
    if (immediate) return { signer, delay: 0n };
    if (delay > 0n) waiting ??= { signer, delay };
  }
  // It refuses, and says why.
  return waiting ?? { signer: await findRoleHolder(opened, contract, method, from), delay: 0n };
}

async function newestTime({ connection }: PoolConnection): Promise<bigint> {
  return BigInt((await connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
}
