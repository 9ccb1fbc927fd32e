import { BASIS_POINTS, greatest, least, remainder } from "./arithmetic.ts";
import type { RebaseBounds } from "./rebase.ts";

/** What a report books, and what it leaves for later ones, wei. */
export interface Settlement {
  readonly newPooledEther: bigint;
  readonly deferredRewards: bigint;
}

/**
 * Splits what is there to book into the pool's new ether and what waits. Whether a loss is allowed is not asked.
 * @param available Rewards of the report with those that waited before, wei; negative for a loss.
 */
export function settlement(
  available: bigint,
  pooledEther: bigint,
  maxGainBasisPoints: bigint,
  { maxGain, restorable }: Pick<RebaseBounds, "maxGain" | "restorable">,
): Settlement {
  if (available < 0n) return { newPooledEther: remainder(pooledEther, -available), deferredRewards: 0n };
  const ofOneReport = (pooledEther * maxGainBasisPoints) / BASIS_POINTS;
  const released = least(available, maxGain, greatest(ofOneReport, restorable));
  return { newPooledEther: pooledEther + released, deferredRewards: available - released };
}
