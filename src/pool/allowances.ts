import { DAY, divideUp, least, WAD, YEAR } from "./arithmetic.ts";
import { done, refused, type Outcome } from "./outcome.ts";

/** Growth and running costs that time has saved up and no report has used, as parts of the pool scaled by 1e18. */
export interface Allowances {
  readonly growthWad: bigint;
  readonly costsWad: bigint;
}

/** Running costs that may be charged in a year: 0.2 % of the pool. */
export const MAX_COSTS_PER_YEAR_WAD = (2n * WAD) / 1000n;
/** Longest time for which growth and running costs are saved up, seconds. */
export const SAVED_PERIOD = 30n * DAY;

/** Allowances after `elapsed` more seconds: they grow with time up to 30 days' worth, and by nothing else. */
export function accrue(allowances: Allowances, elapsed: bigint, growthPerYearWad: bigint): Allowances {
  return {
    growthWad: saveUp(allowances.growthWad, elapsed, growthPerYearWad),
    costsWad: saveUp(allowances.costsWad, elapsed, MAX_COSTS_PER_YEAR_WAD),
  };
}

/** Wei that a saved part of the pool stands for, rounded down. */
export function worthOf(savedWad: bigint, pooledEther: bigint): bigint {
  return (savedWad * pooledEther) / WAD;
}

/** Spends saved growth on a gain of a pool that had `before` wei. What is spent is rounded up. */
export function spendGrowth<A extends Allowances>(allowances: A, gain: bigint, before: bigint): Outcome<A> {
  const usedWad = divideUp(gain * WAD, before);
  if (usedWad > allowances.growthWad) return refused("GainAboveLimit", gain, worthOf(allowances.growthWad, before));
  return done({ ...allowances, growthWad: allowances.growthWad - usedWad });
}

/** Spends saved running costs of a pool that has `pooledEther` wei after the report. What is spent is rounded up. */
export function spendCosts<A extends Allowances>(allowances: A, costs: bigint, pooledEther: bigint): Outcome<A> {
  const usedWad = divideUp(costs * WAD, pooledEther);
  if (usedWad > allowances.costsWad)
    return refused("CostsAboveLimit", costs, worthOf(allowances.costsWad, pooledEther));
  return done({ ...allowances, costsWad: allowances.costsWad - usedWad });
}

function saveUp(savedWad: bigint, elapsed: bigint, perYearWad: bigint): bigint {
  return least(savedWad + (perYearWad * elapsed) / YEAR, (perYearWad * SAVED_PERIOD) / YEAR);
}
