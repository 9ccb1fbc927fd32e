import type { RewardRules } from "./rewardRules.ts";

/** Seats of the pool's validators in the sync committee of a period (consensus-specs, altair). */
export interface SyncSeats {
  readonly period: bigint;
  /** By the indices of validators; who has none is left out. */
  readonly seats: ReadonlyMap<bigint, bigint>;
}

/** The period that an epoch is in. */
export function periodOf(epoch: bigint, { epochsPerSyncCommitteePeriod }: RewardRules): bigint {
  return epoch / epochsPerSyncCommitteePeriod;
}

/**
 * Seats times slots of each validator between two slots, by its index.
 * @param fromSlot Slot before the first one that counts.
 * @param toSlot The last one that counts.
 * @param known Seats by period; of several entries of one the first counts.
 */
export function syncSlotsOf(
  { fromSlot, toSlot, rules }: { readonly fromSlot: bigint; readonly toSlot: bigint; readonly rules: RewardRules },
  known: readonly SyncSeats[],
): Map<bigint, bigint> {
  const slotsPerPeriod = rules.slotsPerEpoch * rules.epochsPerSyncCommitteePeriod;
  const slots = new Map<bigint, bigint>();
  for (let period = (fromSlot + 1n) / slotsPerPeriod; period <= toSlot / slotsPerPeriod; period++) {
    const [first, last] = [period * slotsPerPeriod, (period + 1n) * slotsPerPeriod - 1n];
    const count = (last < toSlot ? last : toSlot) - (first > fromSlot ? first : fromSlot + 1n) + 1n;
    for (const [index, seats] of known.find((each) => each.period === period)?.seats ?? [])
      slots.set(index, (slots.get(index) ?? 0n) + seats * count);
  }
  return slots;
}
