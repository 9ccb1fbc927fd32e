import { isMarked, markableAt, openings, type Opening, type Staleness } from "../src/pool/redemption.ts";
import type { WithdrawalQueue } from "../typechain-types/index.ts";
import { chainOf } from "./committee.ts";
import type { Pool } from "./pool.ts";

/** What the withdrawal queue needs where reports have stopped. */
export type StaleStep =
  /** Nothing waits. */
  | { readonly kind: "none" }
  /** A rule lets anyone finalize up to a request; up to `payableId` the pool can pay, which is zero for none. */
  | {
      readonly kind: "finalize";
      readonly id: bigint;
      readonly opening: Opening;
      readonly payableId: bigint;
      readonly requiredWei: bigint;
      readonly availableWei: bigint;
    }
  /** Anyone may mark that reports have stopped. */
  | { readonly kind: "mark"; readonly lastId: bigint }
  /** No rule lets anyone do anything yet; `rules` says when each would. */
  | { readonly kind: "wait"; readonly id: bigint; readonly rules: readonly Opening[] };

/** A withdrawal queue as the rules for the stop of reports see it. */
export interface StaleQueue {
  readonly staleness: Staleness;
  readonly lastId: bigint;
  /** Time of the newest block, seconds. */
  readonly now: bigint;
}

/** Reads how a withdrawal queue stands, and when the last report was. */
export async function fetchStaleQueue({ poolETH, withdrawalQueue }: StalePool): Promise<StaleQueue> {
  const [{ lastId, lastFinalizedId, markedId, markedAt }, lastRebase, block] = await Promise.all([
    withdrawalQueue.queueState(),
    poolETH.lastRebase(),
    chainOf(withdrawalQueue).getBlock("latest"),
  ]);
  const staleness = { lastRebase, lastFinalizedId, markedId, markedAt };
  return { staleness, lastId, now: BigInt(block?.timestamp ?? 0) };
}

type StalePool = Pick<Pool, "poolETH" | "withdrawalQueue">;

/**
 * What comes next where reports have stopped.
 * @param id Last request to finalize, one that waits; as many as the rules allow if left out.
 */
export async function findStaleStep(
  { poolETH, withdrawalQueue: queue }: StalePool,
  { staleness, lastId, now }: StaleQueue,
  id?: bigint,
): Promise<StaleStep> {
  if (staleness.lastFinalizedId === lastId) return { kind: "none" };
  const wanted = id ?? (await lastOpen(queue, staleness, lastId, now));
  const { requestedAt } = await queue.requestOf(wanted);
  const rules = openings(staleness, wanted, requestedAt);
  const [opening] = rules;
  if (opening !== undefined && opening.openAt <= now) {
    const availableWei = await chainOf(queue).getBalance(poolETH);
    const [payableId, requiredWei] = await queue.payableUpTo(wanted, availableWei);
    return { kind: "finalize", id: wanted, opening, payableId, requiredWei, availableWei };
  }
  if (now >= markableAt(staleness) && !isMarked(staleness)) return { kind: "mark", lastId };
  return { kind: "wait", id: wanted, rules };
}

/** The last request that a rule opens now; the first that waits if there is none. */
async function lastOpen(queue: WithdrawalQueue, staleness: Staleness, lastId: bigint, now: bigint): Promise<bigint> {
  const isOpen = async (id: bigint) => {
    const { requestedAt } = await queue.requestOf(id);
    return openings(staleness, id, requestedAt).some(({ openAt }) => openAt <= now);
  };
  // Whatever opens a request opens all before it.
  let [low, high] = [staleness.lastFinalizedId + 1n, lastId];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (await isOpen(middle)) low = middle;
    else high = middle - 1n;
  }
  return low;
}
