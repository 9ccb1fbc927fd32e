import { sameOperators } from "../../src/ssv/committee.ts";
import type { OwnedValidator, OwnerState } from "../../src/ssv/ownerEvents.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";

/** Most keys of one call that exits or removes them: SSV's advice. */
export const MAX_KEYS = 500;

/** What to do about keys that cannot be used together, as imperatives. */
export interface KeyRemedies {
  readonly removed: string;
  readonly otherCluster: string;
}

/** Keys of one cluster. */
export interface ClusterKeys {
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
  /** In the order in which they were named. */
  readonly validators: readonly OwnedValidator[];
}

/**
 * Looks up keys that an account has registered, with the operators of one cluster.
 * @throws {InputError} If one is not the account's, was removed, or is of another cluster.
 */
export function requireRegistered(
  state: OwnerState,
  owner: string,
  pubkeys: readonly Hex[],
  remedies: KeyRemedies,
): ClusterKeys {
  const validators = pubkeys.map((pubkey) => findRegistered(state, owner, pubkey, remedies));
  const operatorIds = validators[0]?.operatorIds ?? [];
  const other = validators.find((validator) => !sameOperators(validator.operatorIds, operatorIds));
  if (other !== undefined)
    throw new InputError(
      "keys",
      other.pubkey,
      `is with operators ${other.operatorIds.join(", ")}, and not with ${operatorIds.join(", ")} as the first one`,
      remedies.otherCluster,
    );
  return { operatorIds, validators };
}

/**
 * Checks that keys fit one call.
 * @throws {InputError} If they are too many.
 */
export function requireFew(pubkeys: readonly Hex[]): void {
  if (pubkeys.length > MAX_KEYS)
    throw new InputError("keys", `${pubkeys.length} keys`, "are too many at once", `name ${MAX_KEYS} at the most`);
}

function findRegistered(
  { validators }: OwnerState,
  owner: string,
  pubkey: Hex,
  { removed }: KeyRemedies,
): OwnedValidator {
  const validator = validators.get(pubkey);
  if (validator !== undefined && validator.state !== "removed") return validator;
  throw new InputError(
    "keys",
    pubkey,
    validator === undefined ? `is not registered at ssv.network by ${owner}` : "was removed from ssv.network",
    validator === undefined ? "look it up with `validators show`" : removed,
  );
}
