import type { SharedKeys } from "../../src/ceremony/ceremony.ts";
import { inChunks } from "../../src/units/chunks.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/** Keys that are registered in one transaction. */
export interface Chunk extends Pick<SharedKeys, "operatorIds"> {
  /** By ascending nonce, without a gap. */
  readonly keys: SharedKeys["keys"];
}

/** Most keys of a transaction by the size of the cluster: SSV's advice, since nodes take 128 KiB. */
const MOST_KEYS: Readonly<Record<number, number>> = { 4: 80, 7: 40, 10: 30, 13: 20 };

/** Most keys of a transaction that registers them for so many operators. */
export function mostKeys(operators: number): number {
  return MOST_KEYS[operators] ?? 1;
}

/**
 * Cuts what is not registered yet into transactions.
 * @param batches By ascending nonce.
 * @param ownerNonce Registrations of the account so far.
 * @param most Most keys of a transaction, below what SSV takes.
 */
export function chunksOf(batches: readonly VerifiedBatch[], ownerNonce: bigint, most = Infinity): Chunk[] {
  return batches.flatMap(({ keys: { operatorIds, keys } }) => {
    const left = keys.filter((key) => key.ownerNonce >= ownerNonce);
    const size = Math.min(most, mostKeys(operatorIds.length));
    return inChunks(left, size).map((chunk) => ({ operatorIds, keys: chunk }));
  });
}
