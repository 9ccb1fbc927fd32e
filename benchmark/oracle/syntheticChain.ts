import { hash } from "node:crypto";

import type { StakeDeposit } from "../../src/oracle/beaconState.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";

/** Validators of the state, as many as Ethereum's chain has. */
export const VALIDATORS = 1_000_000;
/** Entries of its queue of deposits; none is of the pool. */
export const QUEUED = 10_000;
/** Slot of the state, the last one of an epoch. */
export const SLOT = 13_000_031n;
/** Balance of a validator, Gwei. */
export const BALANCE_GWEI = 32_004_000_123n;
/** Effective balance of a validator, and amount of a deposit that waits, Gwei. */
export const EFFECTIVE_GWEI = 32_000_000_000n;
/** Credentials of all validators: whose they are is decided by their keys. */
export const CREDENTIALS: Hex = `0x01${"00".repeat(11)}${"ab".repeat(20)}`;

/** A state in a file, and what a report needs to know of it. */
export interface SyntheticState {
  readonly file: string;
  readonly blockRoot: Hex;
  readonly genesisValidatorsRoot: Hex;
}

/** Public key of a validator: no point of the curve, and its end is the validator's index, so that servers need no table. */
export function pubkeyOf(index: number): Buffer {
  const random = hash("sha256", String(index), "buffer");
  const pubkey = Buffer.concat([random, random.subarray(0, 12), Buffer.alloc(4)]);
  pubkey.writeUInt32LE(index, 44);
  return pubkey;
}

/** Index of the validator that has a key. */
export function indexOf(pubkey: string): number {
  return Buffer.from(pubkey.slice(-8), "hex").readUInt32LE();
}

/** The queue of deposits, in SSZ. */
export function queueRecords(): Buffer {
  const size = 192;
  const records = Buffer.alloc(size * QUEUED, 0x55);
  for (let i = 0; i < QUEUED; i++) {
    records.set(pubkeyOf(VALIDATORS + i), size * i);
    records.writeBigUInt64LE(EFFECTIVE_GWEI, size * i + 80);
    records.writeBigUInt64LE(SLOT - 1n, size * i + 184);
  }
  return records;
}

/** What the log of the pool has of a key: with a signature of its own, as each has. */
export function stakeOf(index: number): StakeDeposit {
  const bytes = pubkeyOf(index);
  const signature = toHex(Buffer.concat([bytes, bytes]));
  return {
    pubkey: toHex(bytes),
    withdrawalCredentials: CREDENTIALS,
    amountGwei: EFFECTIVE_GWEI,
    signature,
    blockNumber: 1,
  };
}
