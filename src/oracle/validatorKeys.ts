import type { Network } from "../consensus/network.ts";
import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { FAR_FUTURE_EPOCH, type PendingDeposit, type StakeDeposit, type StateValidator } from "./beaconState.ts";
import { byPubkey, invalidDeposits, ownershipOf, sumGwei, type DepositEntry } from "./pendingDeposits.ts";

/** What has become of a key that the pool staked to. */
export const KEY_STATES = [
  /** A validator that is not on its way out; with those that wait for their activation. */
  "active",
  /** On its way out, until it is paid out. */
  "exiting",
  /** Paid out in full. */
  "exited",
  /** The pool's deposit waits, and makes the validator or is added to it. */
  "pending",
  /** Somebody else's deposit waits ahead of the pool's, with foreign credentials. */
  "pendingForeign",
  /** The pool's deposit waits without a valid signature, and will be burned. */
  "pendingInvalid",
  /** The validator has foreign credentials. */
  "foreign",
  /** The pool's deposit had no valid signature, and was burned. */
  "burned",
  /** The pool staked to it after the reference slot: the next report's. */
  "stakedLater",
] as const;
/** What has become of a key that the pool staked to. */
export type KeyState = (typeof KEY_STATES)[number];

const LOST: readonly KeyState[] = ["pendingForeign", "pendingInvalid", "foreign", "burned"];

/** Whether stake in a state is not the pool's any more. */
export function isLost(state: KeyState): boolean {
  return LOST.includes(state);
}

/** A key that the pool staked to, as a beacon state shows it. */
export interface ObservedKey {
  readonly pubkey: Hex;
  readonly state: KeyState;
  /** Deposited by the pool, Gwei. */
  readonly stakedGwei: bigint;
  /** What of its validator's balance is the pool's, Gwei. */
  readonly balanceGwei: bigint;
  /** What of its pending deposits is the pool's, Gwei. */
  readonly pendingGwei: bigint;
  /** Of any owner's; nothing where the state has none of the key. */
  readonly validator: StateValidator | undefined;
}

/** All of one beacon state that concerns the pool, and the pool's deposits up to its execution block. */
export interface ObservedState {
  readonly refSlot: bigint;
  readonly slotsPerEpoch: bigint;
  /** Execution block of the state. */
  readonly blockNumber: number;
  /** Whose genesis fork version deposits are signed for. */
  readonly network: Network;
  /** Credentials of the pool, both kinds, lower case. */
  readonly credentials: readonly Hex[];
  /** The pool's, in their order; later ones than the state's block are told apart by their block. */
  readonly stakes: readonly StakeDeposit[];
  /** By public key; validators of other keys do not matter. */
  readonly validators: ReadonlyMap<Hex, StateValidator>;
  /** In the order of the queue; those of other keys do not matter. */
  readonly pendingDeposits: readonly PendingDeposit[];
}

/** What a beacon node told of a state cannot be true, or cannot follow the last report. */
export class ObservationError extends FieldError {}

/**
 * Says of each key that the pool staked to what has become of it and what it is worth, in the order of the stakes.
 * @throws {ObservationError} Naming the key, if the state lacks a deposit that it must have, or has one of a later slot.
 */
export function observeKeys(state: ObservedState): ObservedKey[] {
  const stakes = byPubkey(state.stakes);
  const queue = byPubkey(state.pendingDeposits.filter(({ pubkey }) => stakes.has(pubkey)));
  // Signatures decide only where there is no validator, and take a while.
  const undecided = [...stakes.keys()].filter((pubkey) => !state.validators.has(pubkey));
  const doubtful = undecided.flatMap((pubkey) => [...(stakes.get(pubkey) ?? []), ...(queue.get(pubkey) ?? [])]);
  const invalid = invalidDeposits(doubtful, state.network);
  return [...stakes].map(([pubkey, all]): ObservedKey => {
    const made = all.filter(({ blockNumber }) => blockNumber <= state.blockNumber);
    const validator = state.validators.get(pubkey);
    const base = { pubkey, stakedGwei: sumGwei(made), validator, balanceGwei: 0n, pendingGwei: 0n };
    if (made.length === 0) return { ...base, stakedGwei: sumGwei(all), state: "stakedLater" };
    const entries = queue.get(pubkey) ?? [];
    requireEarlier(entries, state.refSlot);
    if (validator === undefined) return { ...base, ...observeWaiting(made, entries, invalid, state) };
    if (!state.credentials.includes(validator.withdrawalCredentials)) return { ...base, state: "foreign" };
    // Whoever adds to a validator gives to its owner, whatever signature and credentials he names.
    const { balanceGwei } = validator;
    return { ...base, balanceGwei, pendingGwei: sumGwei(entries), state: observeValidator(validator, state) };
  });
}

/** Whether all of a validator can be withdrawn in an epoch. */
export function isWithdrawable(validator: StateValidator, epoch: bigint): boolean {
  return validator.withdrawableEpoch <= epoch;
}

function observeValidator(validator: StateValidator, { refSlot, slotsPerEpoch }: ObservedState): KeyState {
  if (validator.exitEpoch === FAR_FUTURE_EPOCH) return "active";
  if (!isWithdrawable(validator, refSlot / slotsPerEpoch)) return "exiting";
  // A small gift after the pay-out is a balance, but not yet an effective one.
  return validator.balanceGwei === 0n || validator.effectiveBalanceGwei === 0n ? "exited" : "exiting";
}

function observeWaiting(
  stakes: readonly StakeDeposit[],
  entries: readonly PendingDeposit[],
  invalid: ReadonlySet<DepositEntry>,
  { credentials }: ObservedState,
): Pick<ObservedKey, "state" | "pendingGwei"> {
  const waits = (stake: StakeDeposit) => entries.some((entry) => isSame(entry, stake));
  const missing = stakes.find((stake) => !invalid.has(stake) && !waits(stake));
  if (missing !== undefined)
    throw new ObservationError(
      "key",
      missing.pubkey,
      "has neither a validator nor the pool's deposit in the queue, whose signature is valid",
      "ask another beacon node: this one leaves out a part of the state",
    );
  const { owner, ownGwei: pendingGwei } = ownershipOf(entries, invalid, credentials);
  if (owner === "pool") return { state: "pending", pendingGwei };
  if (owner === "foreign") return { state: "pendingForeign", pendingGwei };
  return { state: stakes.some(waits) ? "pendingInvalid" : "burned", pendingGwei };
}

function requireEarlier(entries: readonly PendingDeposit[], refSlot: bigint): void {
  const later = entries.find(({ slot }) => slot > refSlot);
  if (later !== undefined)
    throw new ObservationError(
      "key",
      later.pubkey,
      `has a pending deposit of slot ${later.slot}, after the reference slot ${refSlot}`,
      "ask another beacon node: this one answers of another state",
    );
}

function isSame(entry: PendingDeposit, stake: StakeDeposit): boolean {
  const { withdrawalCredentials, amountGwei, signature } = stake;
  return (
    entry.signature === signature &&
    entry.amountGwei === amountGwei &&
    entry.withdrawalCredentials === withdrawalCredentials
  );
}
