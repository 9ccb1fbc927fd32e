import type { SharedKeys } from "../../src/ceremony/ceremony.ts";
import { isSafeOperatorChange, sameOperators, toleratedFaults } from "../../src/ssv/committee.ts";
import { clusterKey, type OwnedValidator, type OwnerState } from "../../src/ssv/ownerEvents.ts";
import { inChunks } from "../../src/units/chunks.ts";
import { InputError } from "../input.ts";
import { MAX_KEYS, type ClusterKeys } from "./registeredKeys.ts";

/** A key that is to have other operators. */
export interface UpdatedKey {
  /** As it was registered last. */
  readonly validator: OwnedValidator;
  /** Its new operators, ascending. */
  readonly operatorIds: readonly bigint[];
  /** Its shares for them, and the nonce that these are signed for. */
  readonly share: SharedKeys["keys"][number];
}

/** Keys that are registered in one transaction. */
export interface UpdateChunk {
  readonly formerIds: readonly bigint[];
  readonly operatorIds: readonly bigint[];
  /** By ascending nonce, without a gap. */
  readonly keys: SharedKeys["keys"];
}

/**
 * The keys of a folder that are not registered with its shares yet, by ascending nonce.
 * @throws {InputError} If the account has never registered one.
 */
export function findUpdates({ validators }: OwnerState, owner: string, batches: readonly SharedKeys[]): UpdatedKey[] {
  const keys = batches.flatMap(({ operatorIds, keys: shares }) =>
    shares.map((share): UpdatedKey => {
      const validator = validators.get(share.pubkey);
      if (validator !== undefined) return { validator, operatorIds, share };
      throw new InputError(
        "dir",
        share.pubkey,
        `holds a key that ${owner} has never registered`,
        "name a folder with keys that run already; new ones are for `validators activate` or `service onboard`",
      );
    }),
  );
  keys.sort((a, b) => (a.share.ownerNonce < b.share.ownerNonce ? -1 : 1));
  return keys.filter(({ validator, operatorIds, share }) => {
    const isDone = validator.ownerNonce === share.ownerNonce && sameOperators(validator.operatorIds, operatorIds);
    return !isDone || validator.state === "removed";
  });
}

/**
 * Makes sure that nobody could sign with shares of before, which are never revoked: those left out and as many faulty
 * ones as are tolerated must be fewer than a threshold of the operators that a key had last.
 * @throws {InputError} For the first key of which too many are left out.
 */
export function requireFewLeftOut(keys: readonly UpdatedKey[]): void {
  for (const { validator, operatorIds } of keys) {
    const former = validator.operatorIds;
    if (isSafeOperatorChange(former, operatorIds)) continue;
    const leftOut = former.filter((id) => !operatorIds.includes(id));
    const faults = toleratedFaults(former.length);
    throw new InputError(
      "operators",
      operatorIds.join(),
      `leave out ${leftOut.join(", ")} of ${former.join(", ")}, who keep their shares and could sign with ${faults} faulty ones of the others`,
      `leave out ${faults} at the most, or exit the validators, or have ssv-dkg share keys anew that were made with it`,
    );
  }
}

/**
 * Makes sure that SSV nodes will accept the shares: that they are signed for the account's next nonces.
 * @param keys By ascending nonce.
 * @throws {InputError} If they are not.
 */
export function requireNextNonces(keys: readonly UpdatedKey[], ownerNonce: bigint): void {
  keys.forEach(({ share }, i) => {
    const expected = ownerNonce + BigInt(i);
    if (share.ownerNonce === expected) return;
    throw new InputError(
      "nonce of the shares",
      `${share.ownerNonce} of ${share.pubkey}`,
      `is not the account's next one, ${expected}`,
      `make new shares in a folder of their own, with \`keys split --chain … --first-nonce ${ownerNonce}\``,
    );
  });
}

/** What is still registered as before, by cluster, as many at once as SSV takes. */
export function keysToRemove(keys: readonly UpdatedKey[]): ClusterKeys[] {
  const clusters = new Map<string, OwnedValidator[]>();
  for (const { validator } of keys) {
    if (validator.state === "removed") continue;
    const name = clusterKey(validator.operatorIds);
    clusters.set(name, [...(clusters.get(name) ?? []), validator]);
  }
  return [...clusters.values()].flatMap((validators) =>
    inChunks(validators, MAX_KEYS).map((chunk) => ({
      operatorIds: chunk[0]?.operatorIds ?? [],
      validators: chunk,
    })),
  );
}

/**
 * Cuts what is to be registered into transactions: of the same operators, before and after.
 * @param keys By ascending nonce, without a gap.
 * @param mostKeys Most keys of a transaction by the number of operators.
 */
export function keysToRegister(keys: readonly UpdatedKey[], mostKeys: (operators: number) => number): UpdateChunk[] {
  const chunks: { formerIds: readonly bigint[]; operatorIds: readonly bigint[]; keys: UpdatedKey["share"][] }[] = [];
  for (const { validator, operatorIds, share } of keys) {
    const last = chunks.at(-1);
    const fits =
      last !== undefined &&
      sameOperators(last.operatorIds, operatorIds) &&
      sameOperators(last.formerIds, validator.operatorIds) &&
      last.keys.length < mostKeys(operatorIds.length);
    if (fits) last.keys.push(share);
    else chunks.push({ formerIds: validator.operatorIds, operatorIds, keys: [share] });
  }
  return chunks;
}
