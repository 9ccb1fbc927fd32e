import { signingThreshold } from "../../src/ssv/committee.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { ServedKey, SignAnswer } from "./answers.ts";

/** The operators of each key's cluster, as signatures that verified have shown. */
export type KnownClusters = ReadonlyMap<Hex, readonly bigint[]>;

/**
 * Keys whose exit a threshold of their operators names. A cluster that is not known yet counts as the operators claim
 * it: nothing but a voluntary exit follows, which needs the signature of a threshold of the true ones.
 */
export function agreedExits(answers: readonly SignAnswer[], known: KnownClusters): Hex[] {
  const claims = claimsOf(answers, ({ exitRequests }) => exitRequests, known, true);
  return [...new Set(claims.map(({ claim }) => claim.pubkey))];
}

/**
 * Fee recipients that a threshold of a key's operators names alike. Keys whose cluster no signature has shown are left
 * out: operators could make up a small cluster, and send the tips of others where they want.
 */
export function agreedRecipients(answers: readonly SignAnswer[], known: KnownClusters): Map<Hex, string> {
  const claims = claimsOf(answers, ({ feeRecipients }) => feeRecipients, known, false);
  return new Map(claims.map(({ claim }) => [claim.pubkey, claim.recipient]));
}

/** Claims that a threshold of the cluster's operators makes. */
function claimsOf<T extends ServedKey & { readonly recipient?: string }>(
  answers: readonly SignAnswer[],
  listOf: (answer: SignAnswer) => readonly T[],
  known: KnownClusters,
  isUnknownTaken: boolean,
): { claim: T; operators: Set<bigint> }[] {
  const claims = new Map<string, { claim: T; operators: Set<bigint> }>();
  for (const answer of answers)
    for (const claim of listOf(answer)) {
      const cluster = claim.operatorIds.join();
      const isTaken = (known.get(claim.pubkey)?.join() ?? (isUnknownTaken ? cluster : "")) === cluster;
      if (!isTaken || !claim.operatorIds.includes(answer.operatorId)) continue;
      const name = `${claim.pubkey} ${cluster} ${claim.recipient?.toLowerCase() ?? ""}`;
      const agreed = claims.get(name) ?? { claim, operators: new Set() };
      claims.set(name, agreed);
      agreed.operators.add(answer.operatorId);
    }
  return [...claims.values()].filter(
    ({ claim, operators }) => operators.size >= signingThreshold(claim.operatorIds.length),
  );
}
