import type { Hex } from "../units/hex.ts";

/** Epoch of what has not been set in motion (consensus-specs, phase0 `FAR_FUTURE_EPOCH`). */
export const FAR_FUTURE_EPOCH = 2n ** 64n - 1n;

/** A validator as a beacon state has it (consensus-specs, phase0 `Validator` and its balance). */
export interface StateValidator {
  readonly index: bigint;
  /** 48 bytes, lower case. */
  readonly pubkey: Hex;
  /** 32 bytes, lower case. */
  readonly withdrawalCredentials: Hex;
  readonly balanceGwei: bigint;
  readonly effectiveBalanceGwei: bigint;
  readonly isSlashed: boolean;
  readonly exitEpoch: bigint;
  readonly withdrawableEpoch: bigint;
}

/** An entry of a state's queue of deposits (consensus-specs, electra `PendingDeposit`). */
export interface PendingDeposit {
  /** 48 bytes, lower case. */
  readonly pubkey: Hex;
  /** 32 bytes, lower case. */
  readonly withdrawalCredentials: Hex;
  readonly amountGwei: bigint;
  /** 96 bytes, lower case. */
  readonly signature: Hex;
  /** When its deposit was made; zero for what a validator got from its own switch to 0x02 credentials. */
  readonly slot: bigint;
}

/** A deposit that the pool made. */
export interface StakeDeposit extends Omit<PendingDeposit, "slot"> {
  /** Block of the execution chain that it stands in. */
  readonly blockNumber: number;
}
