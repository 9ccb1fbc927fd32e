import type { BlockTag } from "ethers";

import { timeOfSlot, type SlotClock } from "../src/oracle/frames.ts";
import type { WithdrawalQueue } from "../typechain-types/index.ts";

/** Numbers that one call looks through, of which each takes some 2,500 gas. */
const NUMBERS_PER_CALL = 4_000n;
/** Requests of the last 20 epochs of 32 slots are left to the next report: what they knew may not be final yet. */
const SAFE_BORDER_SLOTS = 640n;
const STATES = ["none", "waiting", "claimable", "claimed"] as const;

/** How a request stands. */
export type RequestState = (typeof STATES)[number];

/** A withdrawal request. */
export interface Request {
  readonly id: bigint;
  readonly state: RequestState;
  readonly owner: string;
  readonly requestedAt: bigint;
  readonly shares: bigint;
  readonly ethAmount: bigint;
}

/** Several requests as they stand, in the order of `ids`. */
export async function fetchRequests(queue: WithdrawalQueue, ids: readonly bigint[]): Promise<Request[]> {
  const requests = await queue.requestsAt([...ids]);
  return requests.map(({ state, owner, requestedAt, shares, ethAmount }, i) => ({
    id: ids[i] ?? 0n,
    state: STATES[Number(state)] ?? "none",
    ...{ owner, requestedAt, shares, ethAmount },
  }));
}

/**
 * Numbers of the requests of an owner that were not claimed, ascending.
 * @param firstId First number looked at.
 * @param most How many are wanted; some more may be found.
 * @returns Also the number to go on with; zero if all were looked at.
 */
export async function findRequests(
  queue: WithdrawalQueue,
  owner: string,
  firstId = 1n,
  most = Infinity,
): Promise<{ readonly ids: bigint[]; readonly nextId: bigint }> {
  const { lastId } = await queue.queueState();
  const ids: bigint[] = [];
  for (let id = firstId; id <= lastId; id += NUMBERS_PER_CALL) {
    ids.push(...(await queue.requestsOf(owner, id, NUMBERS_PER_CALL)));
    if (ids.length > most) return { ids: ids.slice(0, most), nextId: ids[most] ?? 0n };
  }
  return { ids, nextId: 0n };
}

/**
 * Last request that a report for `refSlot` should name to be finalized, whether or not there is ether for it: the last one
 * that waits at the slot's block and was made before the safe border; zero for none.
 */
export async function fetchFinalizableId(
  queue: WithdrawalQueue,
  clock: SlotClock,
  refSlot: bigint,
  block: BlockTag,
): Promise<bigint> {
  const at = { blockTag: block };
  const border = timeOfSlot(clock, refSlot - SAFE_BORDER_SLOTS);
  const { lastId, lastFinalizedId } = await queue.queueState(at);
  let [low, high] = [lastFinalizedId, lastId];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const { requestedAt } = await queue.requestOf(middle, at);
    if (requestedAt <= border) low = middle;
    else high = middle - 1n;
  }
  return low === lastFinalizedId ? 0n : low;
}
