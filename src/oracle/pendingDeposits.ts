import { findInvalidDeposits } from "../consensus/deposit.ts";
import type { Network } from "../consensus/network.ts";
import { gwei } from "../units/ether.ts";
import { fromHex, type Hex } from "../units/hex.ts";
import type { PendingDeposit } from "./beaconState.ts";

/** A deposit as far as its owner goes. */
export type DepositEntry = Omit<PendingDeposit, "slot">;

/** Whose the entries of a key without a validator will be, and what of them becomes the pool's, Gwei. */
export interface PendingOwnership {
  /** `nobody` where each of them will be burned, or there is none. */
  readonly owner: "pool" | "foreign" | "nobody";
  readonly ownGwei: bigint;
}

/** Which of the deposits have no valid signature; those of one call are verified together. */
export function invalidDeposits(deposits: readonly DepositEntry[], network: Network): Set<DepositEntry> {
  const messages = deposits.map(({ pubkey, withdrawalCredentials, amountGwei, signature }) => ({
    pubkey: fromHex(pubkey, "pubkey", 48),
    withdrawalCredentials: fromHex(withdrawalCredentials, "withdrawal_credentials", 32),
    amount: gwei(amountGwei),
    signature: fromHex(signature, "signature", 96),
  }));
  const positions = new Set(findInvalidDeposits(messages, network));
  return new Set(deposits.filter((_, position) => positions.has(position)));
}

/**
 * Whose the pending deposits of a key are that has no validator yet: the first one with a valid signature makes the
 * validator with its credentials, and all behind it are added to that. Those before it are burned (consensus-specs,
 * electra `apply_pending_deposit`).
 * @param entries Of this key, in the order of the queue.
 * @param invalid Those of them whose signature is not valid.
 * @param credentials Lower case, of the pool.
 */
export function ownershipOf(
  entries: readonly DepositEntry[],
  invalid: ReadonlySet<DepositEntry>,
  credentials: readonly Hex[],
): PendingOwnership {
  const first = entries.findIndex((entry) => !invalid.has(entry));
  const deciding = entries[first];
  if (deciding === undefined) return { owner: "nobody", ownGwei: 0n };
  if (!credentials.includes(deciding.withdrawalCredentials)) return { owner: "foreign", ownGwei: 0n };
  return { owner: "pool", ownGwei: sumGwei(entries.slice(first)) };
}

/** Deposits by their keys, in the order of the first of each. */
export function byPubkey<T extends Pick<DepositEntry, "pubkey">>(deposits: readonly T[]): Map<Hex, T[]> {
  const groups = new Map<Hex, T[]>();
  for (const deposit of deposits) {
    const group = groups.get(deposit.pubkey);
    if (group === undefined) groups.set(deposit.pubkey, [deposit]);
    else group.push(deposit);
  }
  return groups;
}

/** Sum of some deposits, Gwei. */
export function sumGwei(deposits: readonly Pick<DepositEntry, "amountGwei">[]): bigint {
  return deposits.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
}
