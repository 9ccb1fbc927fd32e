import { z } from "zod";

import { MIN_ACTIVATION_GWEI } from "../src/consensus/deposit.ts";
import { greatest, least } from "../src/pool/arithmetic.ts";
import type { ActiveBalance } from "../src/oracle/rewardLimits.ts";
import { GWEI_PER_ETHER } from "../src/units/ether.ts";
import { askBeacon, uint, type AnswerLimits } from "./beaconHttp.ts";
import type { BeaconNode, StateId } from "./beaconNode.ts";

/**
 * Public networks have a million validators, of whom a list takes half a gigabyte. The floors are below half of what was
 * staked there in 2025, and what the limits make of them depends on their root alone; the ceiling is more than the
 * supply of ether.
 */
const CEILING = 2n ** 27n * GWEI_PER_ETHER;
const KNOWN: ReadonlyMap<bigint, ActiveBalance> = new Map([
  [1n, { floorGwei: 16_000_000n * GWEI_PER_ETHER, ceilingGwei: CEILING }],
  [560_048n, { floorGwei: 8_000_000n * GWEI_PER_ETHER, ceilingGwei: CEILING }],
]);
/** A quarter of a million validators. */
const LIST: AnswerLimits = { maxBytes: 128 * 2 ** 20, timeout: 120_000 };

const Rows = z.object({
  execution_optimistic: z.boolean().optional(),
  data: z.array(
    z.object({ validator: z.object({ effective_balance: uint, activation_epoch: uint, exit_epoch: uint }) }),
  ),
});

/** Epochs, inclusive. */
export interface EpochRange {
  readonly fromEpoch: bigint;
  readonly toEpoch: bigint;
}

/**
 * Between which values the effective balance of all active validators lay in some epochs: as it is known of a public
 * network, and by the list of validators of a small one. There who was active all the time counts with no more than 32
 * ETH for the floor, and who was at any time with twice of what it has for the ceiling, since balances move meanwhile.
 * @param state Of the last epoch.
 * @throws {BeaconError} If the node cannot be asked, or the list is longer than that of a small network.
 */
export async function fetchActiveBalance(
  node: BeaconNode,
  chainId: bigint,
  state: StateId,
  { fromEpoch, toEpoch }: EpochRange,
): Promise<ActiveBalance> {
  const known = KNOWN.get(chainId);
  if (known !== undefined) return known;
  const answer = await askBeacon(node.access, `/eth/v1/beacon/states/${state}/validators`, Rows, undefined, LIST);
  node.requireVerified(answer);
  let [floorGwei, ceilingGwei] = [0n, 0n];
  for (const { validator } of answer.data) {
    const { effective_balance: effective, activation_epoch: activation, exit_epoch: exit } = validator;
    if (activation <= fromEpoch && exit > toEpoch) floorGwei += least(effective, MIN_ACTIVATION_GWEI);
    if (activation <= toEpoch && exit > fromEpoch) ceilingGwei += 2n * greatest(effective, MIN_ACTIVATION_GWEI);
  }
  return { floorGwei, ceilingGwei };
}
