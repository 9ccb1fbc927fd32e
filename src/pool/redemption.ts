import { WEI_PER_ETHER } from "../units/ether.ts";
import { toEtherDown, toSharesDown, type Totals } from "./shares.ts";

/** Shares that the withdrawal queue counts in. */
export const SHARE_UNIT = 10n ** 9n;
/** Least worth of a request, wei. */
export const MIN_REQUEST_WEI = WEI_PER_ETHER / 1_000n;
/** Most worth of a request, wei. */
export const MAX_REQUEST_WEI = 1_000n * WEI_PER_ETHER;
/** Worth up to which a part of a larger amount goes: a report that comes before the transaction may lift it by 0.1 %. */
const MAX_PART_WEI = 999n * WEI_PER_ETHER;

const DAY = 86_400n;
const SILENCE_TO_MARK = 7n * DAY;
const WAIT_AFTER_MARK = DAY;
const SILENCE_TO_FINALIZE = 30n * DAY;
const LONGEST_WAIT = 60n * DAY;
const SETTLING_TIME = 3n * DAY;

/**
 * Cuts shares into requests that the withdrawal queue takes: one if it can be, else the fewest, of like size.
 * @returns Whole units of shares; what is below a unit is left out. Nothing for less than a unit.
 */
export function splitRequest(totals: Totals, shares: bigint): bigint[] {
  const units = shares / SHARE_UNIT;
  if (units === 0n) return [];
  if (toEtherDown(totals, units * SHARE_UNIT) <= MAX_REQUEST_WEI) return [units * SHARE_UNIT];
  const most = toSharesDown(totals, MAX_PART_WEI) / SHARE_UNIT;
  const count = (units + most - 1n) / most;
  return Array.from({ length: Number(count) }, (_, i) => {
    const extra = BigInt(i) < units % count ? 1n : 0n;
    return (units / count + extra) * SHARE_UNIT;
  });
}

/** Why the pool pays for no requests now. */
export type Shutter = "announced" | "settling";

/**
 * Why finalization is shut: a loss is announced, or a large one was booked within three days.
 * @param announcedAt When a loss was announced; zero for none.
 * @param lossBookedAt When a large loss was booked that can be taken back; zero for none.
 */
export function shutterOf(announcedAt: bigint, lossBookedAt: bigint, now: bigint): Shutter | undefined {
  if (announcedAt !== 0n) return "announced";
  return lossBookedAt !== 0n && now <= lossBookedAt + SETTLING_TIME ? "settling" : undefined;
}

/** What decides whether anyone may finalize; times in seconds. */
export interface Staleness {
  readonly lastRebase: bigint;
  readonly lastFinalizedId: bigint;
  /** Last request when reports were found to have stopped; zero for none. */
  readonly markedId: bigint;
  readonly markedAt: bigint;
}

/** A rule of the withdrawal queue by which anyone may finalize requests. */
export type StaleRule = "marked" | "silent" | "old";

/** From when on a rule opens finalization, seconds. */
export interface Opening {
  readonly rule: StaleRule;
  readonly openAt: bigint;
}

/** Whether somebody has marked the stop of reports, and the mark is still good for requests that wait. */
export function isMarked({ lastRebase, lastFinalizedId, markedId, markedAt }: Staleness): boolean {
  return markedAt > lastRebase && markedId > lastFinalizedId;
}

/** From when on anyone may mark that reports have stopped, if there is none until then. */
export function markableAt({ lastRebase }: Staleness): bigint {
  return lastRebase + SILENCE_TO_MARK + 1n;
}

/**
 * The rules by which anyone may finalize up to a request, the one that opens first in front.
 * @param requestedAt When the request was made.
 */
export function openings(staleness: Staleness, id: bigint, requestedAt: bigint): Opening[] {
  const found: Opening[] = [
    { rule: "silent", openAt: staleness.lastRebase + SILENCE_TO_FINALIZE + 1n },
    { rule: "old", openAt: requestedAt + LONGEST_WAIT + 1n },
  ];
  if (isMarked(staleness) && id <= staleness.markedId)
    found.push({ rule: "marked", openAt: staleness.markedAt + WAIT_AFTER_MARK });
  return found.sort((a, b) => (a.openAt < b.openAt ? -1 : 1));
}
