import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { signedBeaconBlockToBlinded, signedBlockToSignedHeader } from "@lodestar/state-transition";

import { fromHex } from "../../../src/units/hex.ts";
import type { BeaconChain } from "../chain.ts";
import type { ApiContext } from "./apiContext.ts";
import { badRequest } from "./apiErrors.ts";
import { blockOf, findBlock, type FoundBlock } from "./blockIds.ts";
import { immediate } from "./immediate.ts";
import { provenance } from "./stateIds.ts";

/** Blocks and their headers. */
export function blockRoutes({ chain }: ApiContext) {
  return {
    getBlockV2: immediate(({ blockId }) => {
      const { block, meta } = findBlock(chain, blockId);
      return { data: block, meta };
    }),
    getBlindedBlock: immediate(({ blockId }) => {
      const { block, meta } = findBlock(chain, blockId);
      return { data: signedBeaconBlockToBlinded(chain.config, block), meta };
    }),
    getBlockAttestationsV2: immediate(({ blockId }) => {
      const { block, meta } = findBlock(chain, blockId);
      return { data: block.message.body.attestations, meta };
    }),
    getBlockRoot: immediate(({ blockId }) => {
      const { root, meta } = findBlock(chain, blockId);
      return { data: { root }, meta };
    }),
    getBlockHeader: immediate(({ blockId }) => {
      const found = findBlock(chain, blockId);
      return { data: headerOf(chain, found), meta: found.meta };
    }),
    getBlockHeaders: immediate(({ slot, parentRoot }) => {
      const found = headersMatching(chain, slot, parentRoot);
      const { executionOptimistic, finalized } = provenance(chain, found[0]?.block.message.slot ?? chain.head.slot);
      return { data: found.map((each) => headerOf(chain, each)), meta: { executionOptimistic, finalized } };
    }),
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}

/** A chain without branches has one block of a parent and of a slot at most. */
function headersMatching(chain: BeaconChain, slot: number | undefined, parentRoot: string | undefined): FoundBlock[] {
  const candidate = parentRoot === undefined ? blockAtSlot(chain, slot ?? chain.head.slot) : childOf(chain, parentRoot);
  if (candidate === undefined || (slot ?? candidate.block.message.slot) !== candidate.block.message.slot) return [];
  return [candidate];
}

function blockAtSlot(chain: BeaconChain, slot: number): FoundBlock | undefined {
  return slot > chain.clock ? undefined : blockOf(chain, chain.blockRootAt(slot));
}

function childOf(chain: BeaconChain, parentRoot: string): FoundBlock | undefined {
  if (!/^0x[\da-f]{64}$/i.test(parentRoot)) throw badRequest(`Invalid parent root: ${parentRoot}`);
  const parent = blockOf(chain, fromHex(parentRoot, "parent root", 32));
  const child = parent === undefined ? undefined : chain.store.blockAfter(parent.block.message.slot);
  return child === undefined ? undefined : blockOf(chain, child.root);
}

function headerOf(chain: BeaconChain, { block, root }: FoundBlock) {
  return { root, canonical: true, header: signedBlockToSignedHeader(chain.config, block) };
}
