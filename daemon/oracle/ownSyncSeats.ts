import { fetchSyncSeats } from "../../clients/beaconDuties.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { ReferenceState } from "../../clients/referenceState.ts";
import type { Frame } from "../../src/oracle/keyLimits.ts";
import type { RewardRules } from "../../src/oracle/rewardRules.ts";
import { periodOf, type SyncSeats } from "../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../src/oracle/validatorKeys.ts";

/**
 * Seats of the pool's validators in the sync committees that a state knows: of its period and the next one. A period
 * that the node does not tell of is left out.
 */
export async function fetchOwnSyncSeats(
  node: BeaconNode,
  { id, slot }: Pick<ReferenceState, "id" | "slot">,
  keys: readonly ObservedKey[],
  rules: RewardRules,
): Promise<SyncSeats[]> {
  const indices = indicesOf(keys);
  const epoch = slot / rules.slotsPerEpoch;
  const known: SyncSeats[] = [];
  for (const at of [epoch, epoch + rules.epochsPerSyncCommitteePeriod]) {
    const seats = await fetchSyncSeats(node, id, at, indices);
    if (seats !== undefined) known.push({ period: periodOf(at, rules), seats });
  }
  return known;
}

/**
 * Seats in the periods between two states that neither of them knows, as after days without a report: from a state of
 * each. A period whose states the node has dropped is left out.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchSeatsBetween(
  node: BeaconNode,
  { fromSlot, toSlot, rules }: Pick<Frame, "fromSlot" | "toSlot" | "rules">,
  known: readonly SyncSeats[],
  indices: ReadonlySet<bigint>,
): Promise<SyncSeats[]> {
  const found: SyncSeats[] = [];
  const last = periodOf(toSlot / rules.slotsPerEpoch, rules);
  for (let period = periodOf((fromSlot + 1n) / rules.slotsPerEpoch, rules); period <= last; period++) {
    if (known.some((each) => each.period === period)) continue;
    const epoch = period * rules.epochsPerSyncCommitteePeriod;
    const seats = await fetchSyncSeats(node, epoch * rules.slotsPerEpoch, epoch, indices);
    if (seats !== undefined) found.push({ period, seats });
  }
  return found;
}

/** Indices of the validators of some keys. */
export function indicesOf(keys: readonly ObservedKey[]): Set<bigint> {
  return new Set(keys.flatMap(({ validator }) => (validator === undefined ? [] : [validator.index])));
}
