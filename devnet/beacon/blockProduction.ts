import {
  DataAvailabilityStatus,
  ExecutionPayloadStatus,
  G2_POINT_AT_INFINITY,
  stateTransition,
  verifyProposerSignature,
} from "@lodestar/state-transition";
import type { altair, electra } from "@lodestar/types";

import type { BeaconChain } from "./chain.ts";
import type { ChainBlock, ChainState } from "./chainState.ts";
import type { BuiltPayload } from "./engineApi.ts";

/** What a block is made of, apart from its place in the chain. */
export interface BlockParts extends BuiltPayload {
  readonly randaoReveal: Uint8Array;
  readonly attestations: electra.Attestation[];
  readonly syncAggregate: altair.SyncAggregate;
  readonly attesterSlashings: electra.AttesterSlashing[];
  readonly voluntaryExits: electra.BeaconBlockBody["voluntaryExits"];
}

/** A block whose signature alone is missing, and the state after it. */
export interface UnsignedBlock {
  readonly block: electra.BeaconBlock;
  readonly postState: ChainState;
}

const GRAFFITI = Uint8Array.from(Buffer.from("poolETH devnet".padEnd(32, "\0")));
/** All that a block contains is verified; who proposed it, once it is signed. */
const VERIFIED = {
  verifySignatures: true,
  verifyProposer: false,
  verifyStateRoot: false,
  executionPayloadStatus: ExecutionPayloadStatus.valid,
  dataAvailabilityStatus: DataAvailabilityStatus.Available,
};

/**
 * Puts a block on top of the chain's head and works out the state after it, by the consensus specs' `state_transition`,
 * which verifies everything in it.
 * @param preState The state at the block's slot before it.
 * @throws {Error} If the transition does not accept it.
 */
export function assembleBlock(chain: BeaconChain, preState: ChainState, parts: BlockParts): UnsignedBlock {
  const { slot } = preState;
  const block: electra.BeaconBlock = {
    slot,
    proposerIndex: preState.epochCtx.getBeaconProposer(slot),
    parentRoot: chain.head.root,
    stateRoot: new Uint8Array(32),
    body: {
      randaoReveal: parts.randaoReveal,
      eth1Data: preState.eth1Data.toValue(),
      graffiti: GRAFFITI,
      proposerSlashings: [],
      attesterSlashings: parts.attesterSlashings,
      attestations: parts.attestations,
      deposits: [],
      voluntaryExits: parts.voluntaryExits,
      syncAggregate: parts.syncAggregate,
      executionPayload: parts.payload,
      blsToExecutionChanges: [],
      blobKzgCommitments: [],
      executionRequests: parts.requests,
    },
  };
  const unsigned: ChainBlock = { message: block, signature: G2_POINT_AT_INFINITY };
  const postState = stateTransition(preState, unsigned, VERIFIED) as ChainState;
  block.stateRoot = postState.hashTreeRoot();
  return { block, postState };
}

/**
 * Adds the proposer's signature.
 * @throws {Error} If it is not the proposer's.
 */
export function signedBlock(
  chain: BeaconChain,
  { block, postState }: UnsignedBlock,
  signature: Uint8Array,
): ChainBlock {
  const signed = { message: block, signature };
  if (!verifyProposerSignature(chain.config, postState.epochCtx.pubkeyCache, signed))
    throw new Error(`the signature of the block at slot ${block.slot} is not that of its proposer`);
  return signed;
}
