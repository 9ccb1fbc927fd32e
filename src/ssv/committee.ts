import { FieldError } from "../units/errors.ts";

/** Operator ids that are no committee SSV accepts. */
export class OperatorIdsError extends FieldError {}

/** How many operators can serve a validator together: 3f + 1. */
export const COMMITTEE_SIZES = [4, 7, 10, 13] as const;
/** How many operators serve a validator together. */
export type CommitteeSize = (typeof COMMITTEE_SIZES)[number];

const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * Checks operator ids as `ValidatorLib` of ssv-network does: 4, 7, 10 or 13, ascending, none twice, 64 bits.
 * @throws {OperatorIdsError} Saying which rule they break.
 */
export function checkOperatorIds(operatorIds: readonly bigint[], field = "operator ids"): void {
  const refuse = (problem: string, remedy: string): OperatorIdsError =>
    new OperatorIdsError(field, operatorIds.join(", "), problem, remedy);
  if (!isCommitteeSize(operatorIds.length)) throw refuse(`are ${operatorIds.length}`, "use 4, 7, 10 or 13 operators");
  if (operatorIds.some((id) => id < 1n || id > MAX_UINT64))
    throw refuse("contain one out of range", "use ids SSV gave, from 1 on");
  const twice = operatorIds.find((id, i) => operatorIds.indexOf(id) < i);
  if (twice !== undefined) throw refuse(`have operator ${twice} listed twice`, "name each operator once");
  if (operatorIds.some((id, i) => i > 0 && id <= (operatorIds[i - 1] ?? 0n)))
    throw refuse("are not ascending", "sort them and list none twice");
}

/** Whether SSV lets so many operators serve a validator together. */
export function isCommitteeSize(operators: number): operators is CommitteeSize {
  return (COMMITTEE_SIZES as readonly number[]).includes(operators);
}

/** How many shares sign for the validator: 2f + 1 of 3f + 1 operators. */
export function signingThreshold(operators: number): number {
  return operators - Math.floor((operators - 1) / 3);
}

/** How many operators may fail or cheat without harm: f of 3f + 1. */
export function toleratedFaults(operators: number): number {
  return operators - signingThreshold(operators);
}

/**
 * Whether the old shares of a key stay harmless when its operators change: shares are never revoked, so those who
 * leave can still sign together with f cheaters among those who stay. If they reach the threshold, the key must be
 * reshared or exited instead.
 */
export function isSafeOperatorChange(oldIds: readonly bigint[], newIds: readonly bigint[]): boolean {
  const removed = oldIds.filter((id) => !newIds.includes(id)).length;
  const cheating = Math.min(toleratedFaults(oldIds.length), oldIds.length - removed);
  return removed + cheating < signingThreshold(oldIds.length);
}

/** Whether two lists name the same operators in the same order. */
export function sameOperators(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
