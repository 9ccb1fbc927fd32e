import { ssz } from "@lodestar/types";

import { fromHex } from "../../../src/units/hex.ts";
import type { BeaconChain } from "../chain.ts";
import type { ChainBlock, ChainState } from "../chainState.ts";
import { badRequest, notFound } from "./apiErrors.ts";
import { provenance, type Provenance } from "./stateIds.ts";

/** A block that was asked for. */
export interface FoundBlock {
  readonly block: ChainBlock;
  readonly root: Uint8Array;
  readonly meta: Provenance;
}

/**
 * Finds a block by `block_id` of the Beacon API: `head`, `genesis`, `finalized`, `justified`, a slot or a block root.
 * @throws {ApiError} 400 if the id is malformed, 404 if there is no such block, or its slot was missed.
 */
export function findBlock(chain: BeaconChain, id: string | number): FoundBlock {
  const root = rootOf(chain, String(id));
  const found = root === undefined ? undefined : blockOf(chain, root);
  if (found === undefined) throw notFound(`Block not found: ${id}`);
  return found;
}

/** The block with a root, that of genesis included; undefined if there is none. */
export function blockOf(chain: BeaconChain, root: Uint8Array): FoundBlock | undefined {
  const block = isSame(root, chain.genesis.root) ? genesisBlock(chain) : chain.blockByRoot(root);
  return block === undefined ? undefined : { block, root, meta: provenance(chain, block.message.slot) };
}

function rootOf(chain: BeaconChain, id: string): Uint8Array | undefined {
  if (id === "head") return chain.head.root;
  if (id === "genesis") return chain.genesis.root;
  if (id === "finalized") return checkpointRoot(chain, chain.head.state.finalizedCheckpoint);
  if (id === "justified") return checkpointRoot(chain, chain.head.state.currentJustifiedCheckpoint);
  if (/^\d+$/.test(id)) return rootAt(chain, Number(id));
  if (/^0x[\da-f]{64}$/i.test(id)) return fromHex(id, "block root", 32);
  throw badRequest(`Invalid block id: ${id}; use head, genesis, finalized, justified, a slot or a block root`);
}

function rootAt(chain: BeaconChain, slot: number): Uint8Array | undefined {
  if (slot === chain.genesis.slot) return chain.genesis.root;
  return slot <= chain.clock && chain.blockAt(slot)?.message.slot === slot ? chain.blockRootAt(slot) : undefined;
}

/** Before the first checkpoint, whose root is zero, nothing but genesis is final. */
function checkpointRoot(chain: BeaconChain, { root }: ChainState["finalizedCheckpoint"]): Uint8Array {
  return root.every((byte) => byte === 0) ? chain.genesis.root : root;
}

/** The block that genesis stands for: its body is empty, and nobody signed it. */
function genesisBlock(chain: BeaconChain): ChainBlock {
  const block = ssz.electra.SignedBeaconBlock.defaultValue();
  block.message.stateRoot = chain.genesis.state.hashTreeRoot();
  return block;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
