import { findOverdueRequest } from "../../clients/overdueExits.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";

const NO_QUEUE = `0x${"00".repeat(20)}`;

/**
 * The last withdrawal request that has waited for more than seven days.
 * @throws {InputError} If there is none, or the pool has no queue.
 */
export async function requireOverdueRequest({ pool, connection }: PoolConnection): Promise<bigint> {
  const { poolETH, withdrawalQueue: queue } = pool;
  if ((await poolETH.WITHDRAWAL_QUEUE()) === NO_QUEUE)
    throw new InputError("pool", await poolETH.getAddress(), "has no withdrawal queue", "name another pool");
  const now = BigInt((await connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const overdue = await findOverdueRequest(queue, now);
  if (overdue !== 0n) return overdue;
  const { lastId, lastFinalizedId } = await queue.queueState();
  throw new InputError(
    "request",
    `${lastId - lastFinalizedId} that wait`,
    "have not waited for more than seven days",
    "wait: reports pay withdrawals as far as they can",
  );
}
