import { z } from "zod";

import { KNOWN_FORKS, type KnownFork } from "../src/oracle/sszState.ts";
import type { Hex } from "../src/units/hex.ts";
import { hexSchema } from "../src/units/json.ts";
import { headerSchema } from "./beaconHeaders.ts";
import { askBeacon, BeaconRefusal, uint } from "./beaconHttp.ts";
import type { BeaconChain, BeaconNode } from "./beaconNode.ts";

/** A final beacon state, and the execution block that it stands on. */
export interface ReferenceState {
  readonly slot: bigint;
  readonly stateRoot: Hex;
  /** How the node is asked for the state: by its root, or by its slot where it knows no root. */
  readonly id: bigint | Hex;
  /** Slot of the newest beacon block at or before the state's. */
  readonly blockSlot: bigint;
  readonly blockRoot: Hex;
  readonly executionBlock: { readonly number: number; readonly hash: Hex };
}

/** After so many epochs without any block a state is not looked for. */
const MAX_EMPTY_EPOCHS = 8n;

const verified = { execution_optimistic: z.boolean().optional() };
const Header = headerSchema({ parent_root: hexSchema(32) });
const Block = z.object({
  ...verified,
  version: z.string(),
  data: z.object({
    message: z.object({
      slot: uint,
      state_root: hexSchema(32),
      body: z.object({ execution_payload: z.object({ block_number: uint, block_hash: hexSchema(32) }) }),
    }),
  }),
});
const Root = z.object({ ...verified, data: z.object({ root: hexSchema(32) }) });

/**
 * The beacon state of a slot, which is final: that of the newest block at or before the slot, advanced through empty ones.
 * @throws {BeaconError} If the slot is not final, the node is not synced, its fork is not known here, or its answers
 *   contradict each other.
 */
export async function findReferenceState(
  node: BeaconNode,
  chain: Pick<BeaconChain, "slotsPerEpoch">,
  slot: bigint,
): Promise<ReferenceState> {
  await node.requireSynced();
  const finalSlot = (await node.finalizedEpoch("head")) * chain.slotsPerEpoch;
  if (slot > finalSlot)
    throw node.refuse(
      `slot ${slot}`,
      `knows no later slot as final than ${finalSlot}`,
      "wait until it is final, which takes two to three epochs, or give an earlier one",
    );
  const blockRoot = await findBlockRoot(node, chain, slot);
  const block = await askBeacon(node.access, `/eth/v2/beacon/blocks/${blockRoot}`, Block);
  node.requireVerified(block);
  requireKnownFork(node, block.version);
  const { slot: blockSlot, state_root: blockState, body } = block.data.message;
  const stateRoot = await fetchStateRoot(node, slot);
  if (blockSlot > slot || (blockSlot === slot && blockState !== stateRoot))
    throw node.refuse(
      `block ${blockRoot} of slot ${blockSlot}, state ${stateRoot}`,
      `contradicts itself on slot ${slot}`,
    );
  const { block_number: number, block_hash: hash } = body.execution_payload;
  const id = (await knowsState(node, stateRoot)) ? stateRoot : slot;
  return { slot, stateRoot, id, blockSlot, blockRoot, executionBlock: { number: Number(number), hash } };
}

/**
 * Makes sure that the state of a slot is still the one that was asked for.
 * @throws {BeaconError} If it is another one, as where several nodes share an address.
 */
export async function requireSameState(
  node: BeaconNode,
  { slot, stateRoot }: Pick<ReferenceState, "slot" | "stateRoot">,
): Promise<void> {
  const root = await fetchStateRoot(node, slot);
  if (root !== stateRoot)
    throw node.refuse(root, `has another state at slot ${slot} than before, which was ${stateRoot}`);
}

/**
 * The fork of a state or block.
 * @throws {BeaconError} If it is not known here.
 */
export function requireKnownFork(node: BeaconNode, version: string): KnownFork {
  const known = KNOWN_FORKS.find((fork) => fork === version);
  if (known !== undefined) return known;
  throw node.refuse(
    version,
    `is of a fork whose rules are not known here, as those of ${KNOWN_FORKS.join(" and ")} are`,
    "use a version of this program that knows it",
  );
}

/** Root of the newest block at or before a slot: the one of the slot, or else the parent of the first one after it. */
async function findBlockRoot(
  node: BeaconNode,
  { slotsPerEpoch }: Pick<BeaconChain, "slotsPerEpoch">,
  slot: bigint,
): Promise<Hex> {
  const last = slot + MAX_EMPTY_EPOCHS * slotsPerEpoch;
  for (let at = slot; at <= last; at++) {
    const found = await findHeader(node, at);
    if (found !== undefined) return at === slot ? found.root : found.header.message.parent_root;
  }
  throw node.refuse(`slots ${slot} to ${last}`, "has no block in any of many slots");
}

async function findHeader(node: BeaconNode, slot: bigint) {
  try {
    const answer = await askBeacon(node.access, `/eth/v1/beacon/headers/${slot}`, Header);
    node.requireVerified(answer);
    // Some nodes answer with the block before where the slot is empty.
    const isOfSlot = answer.data.header.message.slot === slot;
    return isOfSlot && answer.data.canonical ? answer.data : undefined;
  } catch (error) {
    if (error instanceof BeaconRefusal && error.status === 404) return undefined;
    throw error;
  }
}

async function fetchStateRoot(node: BeaconNode, id: bigint | Hex): Promise<Hex> {
  const answer = await askBeacon(node.access, `/eth/v1/beacon/states/${id}/root`, Root);
  node.requireVerified(answer);
  return answer.data.root;
}

/** Not all nodes find a final state by its root, above all where the last slots of it were empty. */
async function knowsState(node: BeaconNode, root: Hex): Promise<boolean> {
  try {
    return (await fetchStateRoot(node, root)) === root;
  } catch (error) {
    if (error instanceof BeaconRefusal) return false;
    throw error;
  }
}
