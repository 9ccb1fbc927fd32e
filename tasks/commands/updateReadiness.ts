import { mapConcurrently } from "../../clients/concurrency.ts";
import { chainOf } from "../../clients/committee.ts";
import { requireOffDuty, type QuietEpochs } from "../../clients/offDuty.ts";
import type { OwnerEvent } from "../../src/ssv/ownerEvents.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Beacon } from "../beaconNode.ts";
import type { ClusterOwner } from "../clusterAccount.ts";
import { InputError } from "../input.ts";

/** What the contract demands of a pool, and this task of other accounts: eight epochs at least. */
export const WAIT_BLOCKS = 256;
const SECONDS_PER_BLOCK = 12;
const READS_AT_ONCE = 8;

/** When keys that were removed may be registered again. */
export interface Readiness {
  /** Block of the newest removal; zero if nothing was removed. */
  readonly removedIn: number;
  /** First block in which all may be registered. */
  readonly fromBlock: number;
}

/**
 * Finds out from when on removed keys may be registered again.
 * @param events All of the owner.
 * @throws {InputError} If the pool's committee had one removed as gone, so that it never may.
 */
export async function findReadiness(
  { opened }: Pick<ClusterOwner, "opened">,
  pubkeys: readonly Hex[],
  events: readonly OwnerEvent[],
): Promise<Readiness> {
  const wanted = new Set(pubkeys);
  const removals = events.filter((event) => event.name === "ValidatorRemoved" && wanted.has(event.pubkey ?? "0x"));
  const removedIn = removals.reduce((newest, { blockNumber }) => Math.max(newest, blockNumber), 0);
  if (opened === undefined) return { removedIn, fromBlock: removedIn + WAIT_BLOCKS };
  const { clusterManager } = opened.pool;
  const blocks = await mapConcurrently(pubkeys, READS_AT_ONCE, (pubkey) => clusterManager.updatableFrom(pubkey));
  const gone = pubkeys[blocks.indexOf(0n)];
  if (gone !== undefined)
    throw new InputError(
      "dir",
      gone,
      "holds a key that was removed as gone, so that it is never registered again",
      "exit its validator through its withdrawal address, if it is not gone, and leave the key out",
    );
  return { removedIn, fromBlock: Math.max(0, ...blocks.map(Number)) };
}

/**
 * Makes sure that keys may be registered again: that enough blocks have passed and, where a beacon node is configured,
 * that their former operators have stopped.
 * @returns The epochs in which they did nothing; nothing without a beacon node.
 * @throws {InputError | OnDutyError} If they may not yet, with the time from which on they may.
 */
export async function requireReady(
  { ssv }: Pick<ClusterOwner, "ssv">,
  pubkeys: readonly Hex[],
  { removedIn, fromBlock }: Readiness,
  beacon: Beacon | undefined,
): Promise<QuietEpochs | undefined> {
  const chain = chainOf(ssv.ssvNetwork);
  const newest = await chain.getBlockNumber();
  // What is sent now is in the block after the newest one.
  if (newest + 1 < fromBlock)
    throw new InputError(
      "operators",
      `block ${newest}`,
      `of keys that were removed in block ${removedIn} may not be replaced before block ${fromBlock}`,
      `run it again then, in about ${minutes(fromBlock - newest - 1)} minutes`,
    );
  if (beacon === undefined) return undefined;
  const block = await chain.getBlock(removedIn);
  if (block === null) throw new Error(`the node has no block ${removedIn}: use one that keeps all headers`);
  return requireOffDuty(beacon.node, beacon.chain, pubkeys, BigInt(block.timestamp));
}

/** What to do when keys are removed. */
export function afterRemoval(fromBlock: number, newest: number): string {
  return `run it again from block ${fromBlock} on, in about ${minutes(fromBlock - newest - 1)} minutes, to register them`;
}

function minutes(blocks: number): number {
  return Math.max(1, Math.ceil((blocks * SECONDS_PER_BLOCK) / 60));
}
