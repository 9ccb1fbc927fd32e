import { DAY, divideUp, least, FRACTION, YEAR } from "./arithmetic.ts";
import { done, refused, type Outcome } from "./outcome.ts";

/** Growth and running costs that time has saved up and no report has used, as parts of the pool scaled by 1e11. */
export interface Allowances {
  readonly savedGrowth: bigint;
  readonly savedCosts: bigint;
}

/** Running costs that may be charged in a year: 0.2 % of the pool. */
export const MAX_COSTS_PER_YEAR = (2n * FRACTION) / 1000n;
/** Longest time for which growth and running costs are saved up, seconds. */
export const SAVED_PERIOD = 30n * DAY;

/** Allowances after `elapsed` more seconds: they grow with time up to 30 days' worth, and by nothing else. */
export function accrue(allowances: Allowances, elapsed: bigint, growthPerYear: bigint): Allowances {
  return {
    savedGrowth: saveUp(allowances.savedGrowth, elapsed, growthPerYear),
    savedCosts: saveUp(allowances.savedCosts, elapsed, MAX_COSTS_PER_YEAR),
  };
}

/** Wei that a saved part of the pool stands for, rounded down. */
export function worthOf(saved: bigint, pooledEther: bigint): bigint {
  return (saved * pooledEther) / FRACTION;
}

/** Spends saved growth on a gain of a pool that had `before` wei. What is spent is rounded up. */
export function spendGrowth<A extends Allowances>(allowances: A, gain: bigint, before: bigint): Outcome<A> {
  const used = divideUp(gain * FRACTION, before);
  if (used > allowances.savedGrowth) return refused("GainAboveLimit", gain, worthOf(allowances.savedGrowth, before));
  return done({ ...allowances, savedGrowth: allowances.savedGrowth - used });
}

/** Spends saved running costs of a pool that has `pooledEther` wei after the report. What is spent is rounded up. */
export function spendCosts<A extends Allowances>(allowances: A, costs: bigint, pooledEther: bigint): Outcome<A> {
  const used = divideUp(costs * FRACTION, pooledEther);
  if (used > allowances.savedCosts)
    return refused("CostsAboveLimit", costs, worthOf(allowances.savedCosts, pooledEther));
  return done({ ...allowances, savedCosts: allowances.savedCosts - used });
}

function saveUp(saved: bigint, elapsed: bigint, perYear: bigint): bigint {
  return least(saved + (perYear * elapsed) / YEAR, (perYear * SAVED_PERIOD) / YEAR);
}
