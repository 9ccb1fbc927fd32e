import { StandardMerkleTree } from "@openzeppelin/merkle-tree";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { sharesDataHash, type CeremonyKey } from "./ceremony.ts";

/** Owner nonce, public key, deposit signature, keccak256 of the shares data. */
export type LeafValue = [ownerNonce: bigint, pubkey: Hex, depositSignature: Hex, sharesDataHash: Hex];

/** ABI types of a leaf. */
export const LEAF_ENCODING = ["uint64", "bytes", "bytes", "bytes32"];

/** Proof that consecutive keys belong to a batch. */
export interface KeysProof {
  /** Nodes beside the keys, 32 bytes each. Flags are not needed: the positions say how nodes meet. */
  readonly proof: Hex[];
  /** The leaves in the order of their nonces, as the contract hashes them. */
  readonly leaves: LeafValue[];
}

/** Positions a batch does not have. */
export class PositionError extends FieldError {}

/**
 * The Merkle tree of a batch, OpenZeppelin's with its leaves in nonce order. Position `i` holds nonce
 * `firstNonce + i`.
 * @param keys By ascending owner nonce, at least one.
 * @throws {PositionError} If there are none.
 */
export function ceremonyTree(keys: readonly CeremonyKey[]): StandardMerkleTree<LeafValue> {
  if (keys.length === 0) throw new PositionError("keys", "none", "make no tree", "give at least one key");
  return StandardMerkleTree.of(keys.map(leafValue), LEAF_ENCODING, { sortLeaves: false });
}

/** The leaf of a key. */
export function leafValue(key: CeremonyKey): LeafValue {
  return [key.ownerNonce, key.pubkey, key.depositSignature, sharesDataHash(key)];
}

/**
 * Proves positions `from` up to, not including, `to`.
 * @throws {PositionError} If the range is empty or exceeds the batch.
 */
export function proveKeys(tree: StandardMerkleTree<LeafValue>, from: number, to: number): KeysProof {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > tree.length)
    throw new PositionError(
      "positions",
      `${from} to ${to}`,
      `are no range of a batch of ${tree.length}`,
      "prove at least one key of the batch",
    );
  const positions = Array.from({ length: to - from }, (_, i) => from + i);
  const { leaves, proof } = tree.getMultiProof(positions);
  return { leaves, proof: proof as Hex[] };
}
