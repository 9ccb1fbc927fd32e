import type { GasEntry } from "../demo/gasLedger.ts";

/** What becomes of a validator, in the order in which it does. */
export const VALIDATOR_STATES = ["deposited", "pending", "active", "exiting", "slashed", "paid out"] as const;
/** How far a validator of the pool is. */
export type ValidatorState = (typeof VALIDATOR_STATES)[number];

/** Where the ether of a pool is, wei, by what is there and not by what was reported. */
export interface EtherPlaces {
  /** In PoolETH itself. */
  readonly poolWei: bigint;
  /** Deposits that the beacon chain has not taken in yet. */
  readonly pendingWei: bigint;
  readonly validatorsWei: bigint;
  readonly withdrawalVaultWei: bigint;
  readonly rewardsVaultWei: bigint;
  /** Paid for requests, and not claimed yet. */
  readonly queueWei: bigint;
}

/** A pool at the end of an epoch. */
export interface Sample {
  readonly slot: bigint;
  /** Seconds. */
  readonly time: bigint;
  readonly epoch: number;
  readonly justifiedEpoch: number;
  readonly finalizedEpoch: number;
  /** Ether for a share, scaled by 10^27. */
  readonly shareRateRay: bigint;
  readonly places: EtherPlaces;
  /** Of the pool. */
  readonly validators: Readonly<Record<ValidatorState, number>>;
  /** Pool validators whose vote of a recent epoch is in the chain, and those that had to vote then. */
  readonly votes: { readonly counted: number; readonly due: number };
  readonly runwayBlocks: bigint;
  readonly operators: readonly { readonly id: string; readonly isOnline: boolean }[];
}

/** Own validators and deposits of a state, Gwei, or what a report says of them. */
export interface ConsensusSums {
  readonly validatorsGwei: bigint;
  readonly pendingGwei: bigint;
  readonly activeKeys: bigint;
  readonly exitingKeys: bigint;
  readonly exitedKeys: bigint;
  readonly slashedKeys: bigint;
}

/** A report that was applied. */
export interface ReportEntry {
  readonly refSlot: bigint;
  /** In which it was applied. */
  readonly slot: bigint;
  readonly signers: number;
  /** Execution block of the reference slot. */
  readonly blockNumber: number;
  /** Ever sent to the deposit contract by then, wei. */
  readonly stakedWei: bigint;
  /** Negative for a loss, wei. */
  readonly rewardsWei: bigint;
  /** Total pooled ether, wei. */
  readonly beforeWei: bigint;
  readonly afterWei: bigint;
  /** Worth of the shares minted as fees, wei. */
  readonly feesWei: bigint;
  readonly said: ConsensusSums;
  /** The same from all validators of the beacon state, by their withdrawal credentials. */
  readonly read: ConsensusSums;
}

/** Something that is marked in charts. */
export interface LifecycleEvent {
  readonly time: bigint;
  readonly slot: bigint;
  readonly what: string;
}

/** All that was seen of a lifecycle. */
export interface LifecycleRecord {
  readonly samples: readonly Sample[];
  readonly reports: readonly ReportEntry[];
  readonly events: readonly LifecycleEvent[];
  readonly gas: readonly GasEntry[];
}
