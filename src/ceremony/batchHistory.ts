import { AbiCoder, dataSlice, keccak256 } from "ethers";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";

/** Batches whose records `PoolManager` keeps. */
export const BATCH_RECORDS = 64;
const NO_HISTORY: Hex = `0x${"00".repeat(20)}`;

/** What a batch's record on chain is made of. */
export interface RecordedBatch {
  readonly batchId: bigint;
  readonly root: Hex;
  readonly operatorIds: readonly bigint[];
  readonly firstNonce: bigint;
  readonly count: number;
  readonly activated: number;
  /** Whether the rest was dropped. */
  readonly isDiscarded: boolean;
}

/** What `PoolManager.restoreBatches` takes. */
export interface Restoration {
  readonly before: Hex;
  readonly records: bigint[];
  readonly wanted: number;
}

/** A batch that needs no restoration. */
export class BatchHistoryError extends FieldError {}

/** The record of a batch in one word, as `BatchRecord` lays it out. */
export function batchRecord(batch: RecordedBatch): bigint {
  const encoded = AbiCoder.defaultAbiCoder().encode(["bytes32", "uint64[]"], [batch.root, [...batch.operatorIds]]);
  const keys = (BigInt(batch.activated) << 232n) | (BigInt(batch.count) << 216n) | (batch.firstNonce << 192n);
  const discarded = batch.isDiscarded ? 1n << 248n : 0n;
  return discarded | keys | (batch.batchId << 160n) | BigInt(dataSlice(keccak256(encoded), 0, 20));
}

/** The hash of records replaced, after one more. */
export function nextHistory(before: Hex, record: bigint): Hex {
  const encoded = AbiCoder.defaultAbiCoder().encode(["bytes20", "uint256"], [before, record]);
  return dataSlice(keccak256(encoded), 0, 20) as Hex;
}

/**
 * How to restore one batch whose record was replaced.
 * @param batches All batches of the pool, the oldest first, as they stand.
 * @throws {BatchHistoryError} If the registry keeps that batch, or there is none.
 */
export function restorationOf(batches: readonly RecordedBatch[], batchId: bigint): Restoration {
  const replaced = batches.slice(0, Math.max(0, batches.length - BATCH_RECORDS)).map(batchRecord);
  const index = Number(batchId);
  if (index >= replaced.length)
    throw new BatchHistoryError("batch", `${batchId}`, "was not replaced", "use it as it is");
  // The first batches took empty places.
  const earlier = [...Array<bigint>(BATCH_RECORDS).fill(0n), ...replaced.slice(0, index)];
  const before = earlier.reduce((history, record) => nextHistory(history, record), NO_HISTORY);
  return { before, records: replaced.slice(index), wanted: 1 };
}
