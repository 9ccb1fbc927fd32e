import type { Request } from "../../clients/withdrawalQueue.ts";
import type { WithdrawalQueue } from "../../typechain-types/index.ts";

/** A withdrawal request as tasks show it. The time when it can be claimed is an estimate; zero for claimed ones. */
export async function requestFields(queue: WithdrawalQueue, { id, state, ...request }: Request) {
  return {
    id,
    state,
    shares: request.shares,
    ethAmountWei: request.ethAmount,
    requestedAt: request.requestedAt,
    estimatedAt: await queue.estimatedAt(id),
  };
}
