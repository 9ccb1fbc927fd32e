import { IWithdrawalRequests__factory } from "../../typechain-types/index.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";

const OVERDUE_AFTER = 7n * 86_400n;
const NO_QUEUE = `0x${"00".repeat(20)}`;

/**
 * The last withdrawal request that has waited for more than seven days.
 * @throws {InputError} If there is none, or the pool has no queue.
 */
export async function findOverdueRequest({ pool, connection }: PoolConnection): Promise<bigint> {
  const { provider } = connection.ethers;
  const address = await pool.poolETH.WITHDRAWAL_QUEUE();
  if (address === NO_QUEUE)
    throw new InputError("pool", await pool.poolETH.getAddress(), "has no withdrawal queue", "name another pool");
  const queue = IWithdrawalRequests__factory.connect(address, provider);
  const { lastId, lastFinalizedId } = await queue.queueState();
  const now = BigInt((await provider.getBlock("latest"))?.timestamp ?? 0);
  const isOverdue = async (id: bigint) => now > (await queue.requestOf(id)).requestedAt + OVERDUE_AFTER;
  // Requests stand in the order of their times.
  let [low, high] = [lastFinalizedId, lastId];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (await isOverdue(middle)) low = middle;
    else high = middle - 1n;
  }
  if (low === lastFinalizedId)
    throw new InputError(
      "request",
      `${lastId - lastFinalizedId} that wait`,
      "have not waited for more than seven days",
      "wait: reports pay withdrawals as far as they can",
    );
  return low;
}
