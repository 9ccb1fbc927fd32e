import { fetchFinality } from "../../clients/beaconDuties.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import { inactivityScoresOf, leakedEpochs, type Finality } from "../../src/oracle/inactivityScores.ts";

/**
 * Epochs before a state at which it is asked whether the chain leaked. A leak that ended d epochs before is forgotten unless
 * it lasted longer than 3 d, so that it covers all from d to 4 d, and one of these. Beyond the last of them only a leak of
 * two weeks could still matter.
 */
const SAMPLES = [1n, 4n, 16n, 64n, 256n, 1_024n];

/**
 * Sum of the highest inactivity scores that a validator can have had between two states, by when the chain was final in
 * between and before. Without states of that time finality counts as on time, so that the report is refused.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function fetchInactivityScores(
  node: BeaconNode,
  { fromEpoch, toEpoch }: { readonly fromEpoch: bigint; readonly toEpoch: bigint },
  slotsPerEpoch: bigint,
): Promise<bigint> {
  const between = await fetchInARow(node, fromEpoch, toEpoch, slotsPerEpoch);
  if (between === undefined) return 0n;
  const leakAt = await findOldestLeak(node, fromEpoch, slotsPerEpoch);
  const before = leakAt === undefined ? [] : await fetchInARow(node, leakAt, fromEpoch - 1n, slotsPerEpoch);
  return inactivityScoresOf(fromEpoch, [...(before ?? []), ...between]);
}

/** The earliest of the epochs before one that are looked at in which the chain leaked. */
async function findOldestLeak(node: BeaconNode, epoch: bigint, slotsPerEpoch: bigint): Promise<bigint | undefined> {
  const asked = SAMPLES.filter((distance) => distance <= epoch).map((distance) => epoch - distance);
  const found = await Promise.all(asked.map((each) => fetchInARow(node, each, each, slotsPerEpoch)));
  return found.flatMap((each) => each ?? []).findLast((each) => leakedEpochs(each) > 0n)?.epoch;
}

async function fetchInARow(
  node: BeaconNode,
  first: bigint,
  last: bigint,
  slotsPerEpoch: bigint,
): Promise<Finality[] | undefined> {
  const epochs = Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));
  const finalized = await fetchFinality(node, epochs, slotsPerEpoch);
  return finalized?.map((each, i) => ({ epoch: first + BigInt(i), finalized: each }));
}
