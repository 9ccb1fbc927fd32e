import { BILLION, DAY, divideUp, greatest, RAY, remainder, YEAR } from "./arithmetic.ts";
import { done, refused, type Outcome } from "./outcome.ts";
import { shareRateRay, type Totals } from "./shares.ts";

/** A loss that was not announced, rounded up to a billionth of the pool. */
export interface BookedLoss {
  /** Number of the sixth of a year in which it was booked. */
  readonly period: bigint;
  readonly billionths: bigint;
}

/** Losses that belong together, because they follow each other within 14 days. */
export interface LossEpisode {
  /** Timestamp of the first loss, seconds. */
  readonly startedAt: bigint;
  /** Highest share rate since then, 1e27: gains up to here take losses back. */
  readonly peakRateRay: bigint;
  /** Share rate from which the next large loss is measured, 1e27. */
  readonly referenceRateRay: bigint;
}

/** A loss that the administrator announced. */
export interface LossAnnouncement {
  /** Timestamp, seconds. */
  readonly at: bigint;
  /** Largest loss that it covers, wei. */
  readonly maxLoss: bigint;
}

/** What custody remembers of losses. */
export interface LossHistory {
  readonly losses: readonly BookedLoss[];
  readonly episode: LossEpisode | undefined;
  /** When the last large loss was booked that nobody took back or confirmed, seconds. */
  readonly largeLossAt: bigint | undefined;
  readonly announcement: LossAnnouncement | undefined;
}

const LOSS_PERIOD = YEAR / 6n;
/** Seven sixths of a year contain every 365 days. */
const LOSS_PERIODS = 7n;
const MAX_LOSSES_BILLIONTH = BILLION / 20n;
const LARGE_LOSS_BILLIONTH = BILLION / 200n;
const EPISODE = 14n * DAY;
const NOTICE = 3n * DAY;
const VALIDITY = 14n * DAY;
const SETTLING = 3n * DAY;

/** Whether an announcement shuts deposits and redemptions. */
export function isAnnounced({ announcement }: LossHistory, now: bigint): boolean {
  return announcement !== undefined && now <= announcement.at + NOTICE + VALIDITY;
}

/** The loss that is announced and may be booked now, wei; zero for none. */
export function bookableAnnouncement(history: LossHistory, now: bigint): bigint {
  const { announcement } = history;
  if (announcement === undefined || !isAnnounced(history, now)) return 0n;
  return now >= announcement.at + NOTICE ? announcement.maxLoss : 0n;
}

/** Whether a large loss can still be taken back. */
export function isRestorable({ largeLossAt }: LossHistory, now: bigint): boolean {
  return largeLossAt !== undefined && now <= largeLossAt + EPISODE;
}

/** Whether a large loss is so recent that redemptions are shut. */
export function isSettling({ largeLossAt }: LossHistory, now: bigint): boolean {
  return largeLossAt !== undefined && now <= largeLossAt + SETTLING;
}

/** Wei by which a gain takes a large loss back, free of the limit on growth. */
export function restorable(history: LossHistory, totals: Totals, now: bigint): bigint {
  if (history.episode === undefined || !isRestorable(history, now)) return 0n;
  return remainder((history.episode.peakRateRay * totals.shares) / RAY, totals.pooledEther);
}

/** Wei that may be lost now without an announcement. */
export function lossLeft(history: LossHistory, pooledEther: bigint, now: bigint): bigint {
  return (billionthsLeft(history, now) * pooledEther) / BILLION;
}

/** Books the loss that leads from `before` to `afterwards` wei, on an announcement only if the year's allowance is short. */
export function bookLoss<H extends LossHistory>(
  history: H,
  before: Totals,
  afterwards: bigint,
  now: bigint,
): Outcome<H> {
  const loss = before.pooledEther - afterwards;
  const billionths = divideUp(loss * BILLION, before.pooledEther);
  if (billionths <= billionthsLeft(history, now)) {
    const losses = [...recentLosses(history, now), { period: now / LOSS_PERIOD, billionths }];
    return done(continueEpisode({ ...history, losses }, before, afterwards, false, now));
  }
  if (loss > bookableAnnouncement(history, now))
    return refused("LossAboveLimit", loss, lossLeft(history, before.pooledEther, now));
  return done(continueEpisode({ ...history, announcement: undefined }, before, afterwards, true, now));
}

/** Books a gain on a history: one that reaches the peak closes a large loss. */
export function bookRestoration<H extends LossHistory>(history: H, gain: bigint, before: Totals, now: bigint): H {
  const isComplete = isRestorable(history, now) && gain >= restorable(history, before, now);
  return isComplete ? { ...history, largeLossAt: undefined } : history;
}

/** Makes a large loss final. */
export function confirmLoss<H extends LossHistory>(history: H, now: bigint): Outcome<H> {
  if (!isRestorable(history, now)) return refused("LossNotConfirmable", 0n);
  if (isSettling(history, now)) return refused("LossNotConfirmable", history.largeLossAt ?? 0n);
  return done({ ...history, episode: undefined, largeLossAt: undefined });
}

function billionthsLeft(history: LossHistory, now: bigint): bigint {
  return recentLosses(history, now).reduce((left, { billionths }) => left - billionths, MAX_LOSSES_BILLIONTH);
}

function recentLosses({ losses }: LossHistory, now: bigint): readonly BookedLoss[] {
  return losses.filter(({ period }) => period + LOSS_PERIODS > now / LOSS_PERIOD);
}

function continueEpisode<H extends LossHistory>(
  history: H,
  before: Totals,
  afterwards: bigint,
  announced: boolean,
  now: bigint,
): H {
  const open = openEpisode(history, now);
  const rateBefore = shareRateRay(before);
  const rateAfter = shareRateRay({ ...before, pooledEther: afterwards });
  const reference = greatest(open?.referenceRateRay ?? 0n, rateBefore);
  const isLarge = announced || (reference - rateAfter) * BILLION > reference * LARGE_LOSS_BILLIONTH;
  const episode = {
    startedAt: open?.startedAt ?? now,
    peakRateRay: greatest(open?.peakRateRay ?? 0n, rateBefore),
    referenceRateRay: isLarge ? rateAfter : reference,
  };
  return { ...history, episode, largeLossAt: isLarge ? now : open && history.largeLossAt };
}

/** An episode lasts 14 days, and longer while a large loss of it can be taken back. */
function openEpisode(history: LossHistory, now: bigint): LossEpisode | undefined {
  const { episode } = history;
  if (episode === undefined) return undefined;
  return now <= episode.startedAt + EPISODE || isRestorable(history, now) ? episode : undefined;
}
