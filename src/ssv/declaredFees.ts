import type { FeeTerms } from "./fees.ts";

/**
 * Terms of a cluster once other fees of some of its operators are in force.
 * @param operatorIds Of the cluster, in the order of the fees in its terms.
 * @param feesWei New fees by the operators' ids.
 */
export function withFees(
  terms: FeeTerms,
  operatorIds: readonly bigint[],
  feesWei: ReadonlyMap<bigint, bigint>,
): FeeTerms {
  const operatorFeesWei = terms.operatorFeesWei.map((fee, i) => feesWei.get(operatorIds[i] ?? 0n) ?? fee);
  return { ...terms, operatorFeesWei };
}
