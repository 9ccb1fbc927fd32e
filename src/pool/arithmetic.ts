/** One, scaled by 1e11: the unit of saved growth and running costs. */
export const FRACTION = 10n ** 11n;
/** One, scaled by 1e27: the unit of share rates. */
export const RAY = 10n ** 27n;
/** One, scaled by 1e9: the unit of booked losses. */
export const BILLION = 10n ** 9n;
/** One, in basis points. */
export const BASIS_POINTS = 10_000n;
/** Seconds of a day. */
export const DAY = 86_400n;
/** Seconds of the year that yearly limits are meant for. */
export const YEAR = 365n * DAY;

/** Quotient rounded up; neither side negative, the divisor not zero. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/** The least of some numbers. */
export function least(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((least, other) => (other < least ? other : least), first);
}

/** The greatest of some numbers. */
export function greatest(first: bigint, ...others: bigint[]): bigint {
  return others.reduce((greatest, other) => (other > greatest ? other : greatest), first);
}

/** What is left of `amount` after `taken`, and nothing when that is more. */
export function remainder(amount: bigint, taken: bigint): bigint {
  return greatest(amount - taken, 0n);
}
