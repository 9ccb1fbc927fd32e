import { fetchStaleQueue, findStaleStep } from "../../../clients/staleQueue.ts";
import { nothing, type KeeperAction } from "../keeperAction.ts";

/** Marks that reports have stopped, and finalizes withdrawals when the rules allow it without them. */
export const finalizeStale: KeeperAction = {
  name: "finalizeStale",
  plan: async ({ pool }) => {
    const queue = pool.withdrawalQueue;
    const state = await fetchStaleQueue(pool);
    const step = await findStaleStep(pool, state);
    const { lastRebase, lastFinalizedId, markedAt } = state.staleness;
    if (step.kind === "none") return nothing("no withdrawal waits");
    if (step.kind === "wait") return nothing("no rule allows it yet");
    if (step.kind === "mark") {
      const { to, data } = await queue.markStale.populateTransaction();
      const key = `markStale:${lastRebase}:${markedAt}:${step.lastId}`;
      return { errands: [{ key, to, data, details: { step: "mark", lastRebase, lastId: step.lastId } }] };
    }
    if (step.payableId === 0n)
      return nothing("the pool has too little ether", ["reports have stopped, and withdrawals lack ether"]);
    const { to, data } = await queue.finalizeStale.populateTransaction(step.payableId);
    const { rule } = step.opening;
    const details = { step: "finalize", rule, lastId: step.payableId, requiredWei: step.requiredWei };
    return { errands: [{ key: `finalizeStale:${lastFinalizedId}:${step.payableId}`, to, data, details }] };
  },
};
