import { formatEther, gweiToWei } from "../src/units/ether.ts";
import { FieldError } from "../src/units/errors.ts";
import type { KeyOwner, KeyUsage, KeyUsages, PoolKey } from "./keyUsage.ts";

/** A key was used before, so that the pool must not use it. */
export class KeyUsedError extends FieldError {}

/** What the keys are wanted for: those that wait in the pool may be activated, but not registered again. */
export type KeyPurpose = "register" | "activate";

const REMEDIES: Record<KeyPurpose, string> = {
  register: "leave this key out, with `keys resplit --exclude`",
  activate: "drop the batch with `validators discard`, and make shares of the other keys with `keys resplit --exclude`",
};

/**
 * Checks that keys may be used: none of them is in this pool, has a deposit that the key has signed, or is registered at
 * ssv.network by somebody else with the key's own signature. Anybody can deposit for a key or register it without its
 * signature: the consensus layer burns such a first deposit, and operators ignore such a registration.
 * @throws {KeyUsedError} For the first key that was used, naming where and by whom.
 */
export function checkUnused({ keys }: Pick<KeyUsages, "keys">, purpose: KeyPurpose): void {
  for (const usage of keys) {
    const problem = inPool(usage, purpose) ?? deposited(usage) ?? registered(usage);
    if (problem !== undefined) throw new KeyUsedError("validator key", usage.pubkey, problem, REMEDIES[purpose]);
  }
}

const STOLEN = "somebody else has the key: stake nothing to it, exit its validator, and find out how that could happen";

/**
 * Checks of keys that their owner has registered that nobody else uses them: that the first deposit that a key has
 * signed is the owner's, and that no other account runs it at ssv.network.
 * @throws {KeyUsedError} For the first key of which that is not so.
 */
export function checkOwnUse(
  { keys }: Pick<KeyUsages, "keys">,
  { withdrawalAddress }: Pick<KeyOwner, "withdrawalAddress">,
): void {
  for (const usage of keys) {
    const first = usage.deposits.find(({ isSignatureValid }) => isSignatureValid);
    const isForeign = first !== undefined && !first.isOurs && withdrawalAddress !== undefined;
    const live = usage.registrations.filter(({ isRemoved }) => !isRemoved);
    const problem = (isForeign ? deposited(usage) : undefined) ?? registered({ ...usage, registrations: live });
    if (problem !== undefined) throw new KeyUsedError("validator key", usage.pubkey, problem, STOLEN);
  }
}

function inPool({ inPool: found }: KeyUsage, purpose: KeyPurpose): string | undefined {
  const isUsed = ({ state }: PoolKey) =>
    state === "activated" || (purpose === "register" && (state === "next" || state === "waiting"));
  const key = found.find(isUsed);
  if (key === undefined) return undefined;
  const { batchId, position, ownerNonce, state } = key;
  const place =
    batchId === undefined ? `with nonce ${ownerNonce}` : `at position ${String(position)} of batch ${batchId}`;
  return `is in this pool already, ${state === "activated" ? "activated" : "waiting"} ${place}`;
}

function deposited({ deposits }: KeyUsage): string | undefined {
  const first = deposits.find(({ isSignatureValid }) => isSignatureValid);
  if (first === undefined) return undefined;
  const { index, amount, isOurs, withdrawalCredentials } = first;
  const whose = isOurs
    ? "this pool's withdrawal credentials"
    : `foreign withdrawal credentials ${withdrawalCredentials}`;
  return `has a deposit already, number ${index} of all: ${formatEther(gweiToWei(amount))} ETH with ${whose} and a valid signature`;
}

function registered({ registrations }: KeyUsage): string | undefined {
  const foreign = registrations.find(({ isOurs, isSigned }) => !isOurs && isSigned);
  if (foreign === undefined) return undefined;
  const { owner, operatorIds, blockNumber } = foreign;
  return `was registered at ssv.network by ${owner} for operators ${operatorIds.join(", ")} in block ${blockNumber}, signed by the key itself`;
}
