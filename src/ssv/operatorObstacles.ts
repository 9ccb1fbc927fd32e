import { byId, dueFee, type Operator } from "./operator.ts";
import { operatorKeyFingerprint } from "./operatorKey.ts";

/** Why an operator cannot be used, the first of these that applies, and how several of them are told of. */
export const OBSTACLES = {
  excluded: "excluded",
  removed: "removed from ssv.network",
  private: "private without the account on the whitelist",
  full: "without room for the validators",
  key: "with a key that cannot be read or is another operator's",
  fee: "above the highest fee",
  declaredFee: "with a declared fee above the highest one",
} as const;

/** Why an operator cannot be used. */
export type Obstacle = keyof typeof OBSTACLES;

/** What operators are wanted for. */
export interface OperatorTerms {
  /** How many validators each must have room for. */
  readonly validators: number;
  /** Of each operator; any fee if left out. */
  readonly maxFeeWeiPerBlock?: bigint | undefined;
  /** Ids of operators that are not to be used. */
  readonly exclude?: readonly bigint[] | undefined;
}

/**
 * What keeps operators from being used by the account for which they were read. Pass all operators there are: a key
 * that one of them registered before is no other's, however its text is broken into lines.
 * @returns By id; operators that can be used are not in it.
 */
export function findObstacles(operators: readonly Operator[], terms: OperatorTerms): Map<bigint, Obstacle> {
  const excluded = new Set(terms.exclude);
  const keys = new Set<string>();
  const obstacles = new Map<bigint, Obstacle>();
  for (const operator of operators.toSorted(byId)) {
    const hasOwnKey = operator.isRemoved || claimKey(operator, keys);
    const obstacle = excluded.has(operator.id) ? "excluded" : findObstacle(operator, terms, hasOwnKey);
    if (obstacle !== undefined) obstacles.set(operator.id, obstacle);
  }
  return obstacles;
}

function findObstacle(operator: Operator, terms: OperatorTerms, hasOwnKey: boolean): Obstacle | undefined {
  const maxFee = terms.maxFeeWeiPerBlock;
  if (operator.isRemoved) return "removed";
  if (operator.isPrivate && !operator.isWhitelisted) return "private";
  if (operator.room < terms.validators) return "full";
  if (!hasOwnKey) return "key";
  if (maxFee !== undefined && operator.feeWeiPerBlock > maxFee) return "fee";
  return maxFee !== undefined && dueFee(operator) > maxFee ? "declaredFee" : undefined;
}

/** Whether the key can be read and was not met before. */
function claimKey({ operatorKey }: Operator, keys: Set<string>): boolean {
  if (operatorKey === undefined) return false;
  let fingerprint: string;
  try {
    fingerprint = operatorKeyFingerprint(operatorKey);
  } catch {
    return false;
  }
  if (keys.has(fingerprint)) return false;
  keys.add(fingerprint);
  return true;
}
