import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import { planRoleCall } from "../roleCall.ts";
import type { Plan } from "../transaction.ts";

/**
 * Proposes to pay into the operating reserve.
 * @throws {InputError} If nothing is to be paid.
 */
export async function planReserveDeposit(
  { pool: { clusterManager } }: PoolConnection,
  { sender, ethAmount }: { readonly sender: HardhatEthersSigner; readonly ethAmount: bigint },
): Promise<Plan> {
  if (ethAmount === 0n) throw new InputError("amount", "0", "is nothing", "pay something in");
  const reserve = await clusterManager.reserve();
  return {
    action: `pay ${showEther(ethAmount)} into the operating reserve`,
    details: {
      clusterManager: await clusterManager.getAddress(),
      operatingReserveWei: reserve,
      operatingReserveAfterWei: reserve + ethAmount,
      valueWei: ethAmount,
    },
    warnings: ["nothing is given in return, and only the administrator can take it out again, a little at a time"],
    signer: sender,
    transaction: { ...(await clusterManager.depositReserve.populateTransaction()), value: ethAmount },
    outcome: async () => ({ paidWei: ethAmount, operatingReserveWei: await clusterManager.reserve() }),
  };
}

/** What to take out of the operating reserve. */
export interface ReserveWithdrawalRequest {
  readonly ethAmount: bigint;
  readonly receiver: string;
  readonly from: string | undefined;
}

/**
 * Proposes to take a part of the operating reserve out.
 * @throws {InputError} If it is nothing, more than there is or than may be taken out now, would go back to where it
 * is, or nobody may.
 */
export async function planReserveWithdrawal(
  opened: PoolConnection,
  { ethAmount, receiver, from }: ReserveWithdrawalRequest,
): Promise<Plan> {
  const { clusterManager } = opened.pool;
  if (ethAmount === 0n) throw new InputError("amount", "0", "is nothing", "take something out");
  if (receiver === (await clusterManager.getAddress()))
    throw new InputError("to", receiver, "holds the reserve: only the allowance would be gone", "name another account");
  const [reserve, allowance] = await Promise.all([clusterManager.reserve(), clusterManager.reserveAllowance()]);
  const refuse = (problem: string, remedy: string) => new InputError("amount", showEther(ethAmount), problem, remedy);
  if (ethAmount > reserve) throw refuse(`is more than the ${showEther(reserve)} there`, "take less");
  return planRoleCall(opened, {
    contract: clusterManager,
    method: "withdrawReserve",
    from,
    requirePossible: () => {
      if (ethAmount > allowance)
        throw refuse(
          `is more than the ${showEther(allowance)} that may be taken out now`,
          "take less, or wait: `reserve show` says when it is more",
        );
    },
    action: `take ${showEther(ethAmount)} out of the operating reserve, to ${receiver}`,
    details: {
      clusterManager: await clusterManager.getAddress(),
      receiver,
      operatingReserveWei: reserve,
      operatingReserveAfterWei: reserve - ethAmount,
      allowanceWei: allowance,
    },
    transaction: await clusterManager.withdrawReserve.populateTransaction(receiver, ethAmount),
    outcome: async () => ({
      ...{ receiver, takenWei: ethAmount },
      ...{ operatingReserveWei: await clusterManager.reserve(), allowanceWei: await clusterManager.reserveAllowance() },
    }),
  });
}
