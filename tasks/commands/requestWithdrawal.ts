import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { findEvents } from "../../clients/receipts.ts";
import { MIN_REQUEST_WEI, splitRequest } from "../../src/pool/redemption.ts";
import { toEtherDown } from "../../src/pool/shares.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { sharesToRedeem } from "./sharesToRedeem.ts";

/** What to redeem. */
export interface RedemptionRequest {
  readonly sender: HardhatEthersSigner;
  /** Amount in ether or in shares, or `all`. */
  readonly amount: string;
  /** Whether the amount is in shares. */
  readonly inShares: boolean;
  /** Who gets the requests; the sender if left out. */
  readonly owner: string | undefined;
}

/**
 * Proposes to ask for the ether of shares, in as many requests as it takes.
 * @throws {InputError} If the sender has fewer, or they are worth too little for a request.
 */
export async function planRequest(
  { pool }: PoolConnection,
  { sender, amount, inShares, owner = sender.address }: RedemptionRequest,
): Promise<Plan> {
  const queue = pool.withdrawalQueue;
  const [allShares, pooledEther, held, waitingWei] = await Promise.all([
    pool.poolETH.totalShares(),
    pool.poolETH.totalPooledEther(),
    pool.poolETH.sharesOf(sender.address),
    queue.unfinalizedEther(),
  ]);
  const totals = { shares: allShares, pooledEther };
  const parts = splitRequest(totals, sharesToRedeem(totals, amount, inShares, { held, account: sender.address }));
  const shares = parts.reduce((sum, part) => sum + part, 0n);
  const worth = toEtherDown(totals, shares);
  if (worth < MIN_REQUEST_WEI)
    throw new InputError(
      "amount",
      amount,
      `is worth ${showEther(worth)} in whole units of shares, less than the ${showEther(MIN_REQUEST_WEI)} of the least request`,
      "ask for more in one request",
    );

  const estimatedAt = await queue.estimatedFor(shares);
  const [only, ...others] = parts;
  const transaction =
    others.length === 0
      ? await queue.requestWithdrawal.populateTransaction(only ?? 0n, owner)
      : await queue.requestWithdrawals.populateTransaction(parts, owner);
  const count = others.length === 0 ? "a withdrawal request" : `${parts.length} withdrawal requests`;
  return {
    action: `lock shares worth ${showEther(worth)} in ${count}`,
    details: {
      withdrawalQueue: await queue.getAddress(),
      ...{ owner, shares, worthWei: worth, requestCount: parts.length, waitingBeforeWei: waitingWei, estimatedAt },
    },
    warnings: [
      "requests cannot be taken back; until they are paid they earn and lose with the pool, and whoever owns them then claims the ether",
    ],
    signer: sender,
    transaction,
    outcome: async (receipt) => {
      const made = findEvents(queue, receipt, "WithdrawalRequested") as { id: bigint }[];
      const locked = findEvents(pool.poolETH, receipt, "Transfer") as { value: bigint }[];
      return {
        owner,
        ids: made.map(({ id }) => id),
        requestedWei: locked.reduce((sum, { value }) => sum + value, 0n),
        balanceWei: await pool.poolETH.balanceOf(sender.address),
        estimatedAt: await queue.estimatedAt(made.at(-1)?.id ?? 0n),
      };
    },
  };
}
