import { concat } from "ethers";

import type { Hex } from "../units/hex.ts";
import type { Ceremony } from "./ceremony.ts";
import { ceremonyTree, proveKeys } from "./tree.ts";

/** Consecutive keys of a registered batch with their proof, as `PoolManager` takes them for exits. */
export interface KeyRange {
  readonly batchId: bigint;
  /** Of the first key. */
  readonly position: number;
  readonly operatorIds: bigint[];
  /** For each key: public key, deposit signature, keccak256 of its shares. */
  readonly openings: Hex;
  readonly proof: Hex[];
}

/**
 * Opens positions `from` up to, not including, `to` of a batch.
 * @throws {PositionError} If the range is empty or exceeds the batch.
 */
export function openKeys(ceremony: Ceremony, batchId: bigint, from: number, to: number): KeyRange {
  const { leaves, proof } = proveKeys(ceremonyTree(ceremony.keys), from, to);
  const openings = leaves.map(([, pubkey, signature, sharesHash]) => concat([pubkey, signature, sharesHash]));
  const operatorIds = [...ceremony.operatorIds];
  return { batchId, position: from, operatorIds, openings: concat(openings) as Hex, proof };
}
