import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";

import { requireEvent } from "../../clients/receipts.ts";
import type { Wei } from "../../src/units/ether.ts";
import type { PoolConnection } from "../connect.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";

/** A deposit to make. */
export interface DepositRequest {
  readonly sender: HardhatEthersSigner;
  readonly ethAmount: Wei;
  /** Who receives the shares; the sender if left out. */
  readonly receiver: string | undefined;
  readonly referral: string | undefined;
}

/** Proposes a deposit. */
export async function planDeposit(
  { pool: { poolETH } }: PoolConnection,
  { sender, ethAmount, receiver = sender.address, referral = ZeroAddress }: DepositRequest,
): Promise<Plan> {
  const expectedShares = await poolETH.toSharesDown(ethAmount);
  const transaction = await poolETH.deposit.populateTransaction(receiver, referral);
  return {
    action: `deposit ${showEther(ethAmount)} into the pool`,
    details: { pool: await poolETH.getAddress(), receiver, valueWei: ethAmount, expectedShares },
    signer: sender,
    transaction: { ...transaction, value: ethAmount },
    outcome: async (receipt) => {
      const { shares } = requireEvent(poolETH, receipt, "TransferShares") as { shares: bigint };
      return { receiver, depositedWei: ethAmount, shares, balanceWei: await poolETH.balanceOf(receiver) };
    },
  };
}
