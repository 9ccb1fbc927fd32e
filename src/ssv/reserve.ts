import { WEI_PER_ETHER } from "../units/ether.ts";

/** Withdrawals are counted by periods of so many seconds, which begin at multiples of it. */
export const RESERVE_PERIOD_SECONDS = 28n * 3_600n;
/** So many periods count: they cover any seven days. */
export const RESERVE_PERIODS = 7n;

/** Thousandths of an ether, rounded up for what is taken out and down for what may be. */
const UNIT = WEI_PER_ETHER / 1_000n;
const MIN_LIMIT = WEI_PER_ETHER;
const RESERVE_FRACTION = 10n;

/** A part of the operating reserve that was taken out. */
export interface ReserveWithdrawal {
  /** Wei. */
  readonly ethAmount: bigint;
  /** Timestamp of its block. */
  readonly at: bigint;
}

/** From when on how much may be taken out. */
export interface ReserveRelease {
  /** Seconds. */
  readonly availableAt: bigint;
  readonly allowanceWei: bigint;
}

/**
 * What may be taken out of an operating reserve at a time, as `OperatingReserve` computes it; there may be less.
 * @param balance Wei in the reserve.
 * @param withdrawals Until then, in any order.
 */
export function reserveAllowance(balance: bigint, withdrawals: readonly ReserveWithdrawal[], time: bigint): bigint {
  const newest = time / RESERVE_PERIOD_SECONDS;
  const spent = withdrawals
    .filter(({ at }) => at / RESERVE_PERIOD_SECONDS + RESERVE_PERIODS > newest)
    .reduce((sum, { ethAmount }) => sum + (ethAmount + UNIT - 1n) / UNIT, 0n);
  const tenth = balance / RESERVE_FRACTION;
  const limit = (tenth > MIN_LIMIT ? tenth : MIN_LIMIT) / UNIT;
  return spent >= limit ? 0n : (limit - spent) * UNIT;
}

/** When more may be taken out than at a time, if the reserve stays what it is; the next first. */
export function reserveReleases(
  balance: bigint,
  withdrawals: readonly ReserveWithdrawal[],
  time: bigint,
): ReserveRelease[] {
  const times = new Set(
    withdrawals.map(({ at }) => (at / RESERVE_PERIOD_SECONDS + RESERVE_PERIODS) * RESERVE_PERIOD_SECONDS),
  );
  const releases: ReserveRelease[] = [];
  let allowed = reserveAllowance(balance, withdrawals, time);
  for (const availableAt of [...times].filter((at) => at > time).sort((a, b) => (a < b ? -1 : 1))) {
    const allowanceWei = reserveAllowance(balance, withdrawals, availableAt);
    if (allowanceWei > allowed) releases.push({ availableAt, allowanceWei });
    allowed = allowanceWei;
  }
  return releases;
}
