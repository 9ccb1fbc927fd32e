import type { ValidatorExitRequests, WithdrawalQueue } from "../typechain-types/index.ts";

/** Most keys that one call may request, as the contract says. */
const MOST_TRIGGERED = 16;
const DAY = 86_400n;
/** As the contract waits: for reports to pay a request, after a request of an exit, and after one by anybody. */
const [OVERDUE_AFTER, LONGEST_EXIT] = [7n * DAY, 60n * DAY];
/** After which a request of an exit can be repeated, seconds; by anybody only if nobody but the operator made it. */
export const RETRY_AFTER = 3n * DAY;
/** Without a limit, so many times the fee of now may be paid for a key, but at least as much as costs nobody anything. */
const [FEE_MARGIN, LEAST_CAP] = [4n, 1_000_000_000n];

/** What is known of the exit of a key, as `ValidatorExitRequests.exitOf` tells it. */
export interface ExitMark {
  /** Seconds; zero for none, and for a validator that is gone. */
  readonly requestedAt: bigint;
  readonly wasOverdue: boolean;
  readonly isGone: boolean;
}

/** Consecutive positions of a batch, of which some are to be requested. */
export interface OverdueKeys {
  readonly from: number;
  /** Position behind the last one. */
  readonly to: number;
  /** How many of them can be requested; the others were lately, or are gone. */
  readonly keys: number;
}

/** What a key may cost where nobody set a limit, wei. */
export function usualFeeCap(fee: bigint): bigint {
  const usual = fee * FEE_MARGIN;
  return usual > LEAST_CAP ? usual : LEAST_CAP;
}

/** Whether anybody may request the exit of a key at a time, for a withdrawal that is overdue. */
export function isTriggerable({ isGone, requestedAt, wasOverdue }: ExitMark, now: bigint): boolean {
  if (isGone) return false;
  return requestedAt === 0n || now >= requestedAt + (wasOverdue ? LONGEST_EXIT : RETRY_AFTER);
}

/**
 * The last withdrawal request that has waited for more than seven days.
 * @param now Time of the newest block, seconds.
 * @returns Zero if there is none.
 */
export async function findOverdueRequest(
  queue: Pick<WithdrawalQueue, "queueState" | "requestOf">,
  now: bigint,
): Promise<bigint> {
  const { lastId, lastFinalizedId } = await queue.queueState();
  const isOverdue = async (id: bigint) => now > (await queue.requestOf(id)).requestedAt + OVERDUE_AFTER;
  // Requests stand in the order of their times.
  let [low, high] = [lastFinalizedId, lastId];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (await isOverdue(middle)) low = middle;
    else high = middle - 1n;
  }
  return low === lastFinalizedId ? 0n : low;
}

/**
 * The keys of a batch, from a position on, whose exits one call can request.
 * @param activated Keys of the batch that are activated.
 * @param count How many may be requested.
 * @param now Time of the newest block, seconds.
 */
export async function chooseOverdueKeys(
  exits: ValidatorExitRequests,
  { batchId, position, activated }: { batchId: bigint; position: number; activated: number },
  count: bigint,
  now: bigint,
): Promise<OverdueKeys> {
  const most = count < MOST_TRIGGERED ? Number(count) : MOST_TRIGGERED;
  let [to, keys] = [position, 0];
  while (to < activated && keys < most) if (isTriggerable(await exits.exitOf(batchId, to++), now)) keys++;
  return { from: position, to, keys };
}
