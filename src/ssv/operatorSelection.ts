import { FieldError } from "../units/errors.ts";
import { COMMITTEE_SIZES, type CommitteeSize } from "./committee.ts";
import { byId, compare, dueFee, type Operator } from "./operator.ts";
import { findObstacles, OBSTACLES, type Obstacle, type OperatorTerms } from "./operatorObstacles.ts";

/** Operators cannot be chosen as asked. */
export class OperatorSelectionError extends FieldError {}

/** How operators are chosen: for the least fees, or from as many owners and as little loaded as possible. */
export const STRATEGIES = ["cheapest", "diverse"] as const;

/** How operators are chosen. */
export type Strategy = (typeof STRATEGIES)[number];

/** What is to be chosen. */
export interface SelectionTerms extends OperatorTerms {
  readonly size: CommitteeSize;
  readonly strategy: Strategy;
  /** How many sets; no operator is in two of them. One if left out. */
  readonly sets?: number | undefined;
  /** Ids of operators that must be in the set; only for a single one. */
  readonly include?: readonly bigint[] | undefined;
}

/** Operators that can serve a cluster together. */
export interface OperatorSet {
  /** By ascending id. */
  readonly operators: readonly Operator[];
  /** Of all operators together for 32 ETH of effective balance, declared rises included. */
  readonly feeWeiPerBlock: bigint;
}

/** Sets of operators, and what became of the others. */
export interface Suggestion {
  readonly sets: readonly OperatorSet[];
  /** How many operators could have been chosen. */
  readonly usable: number;
  /** How many could not, by the reason. */
  readonly leftOut: ReadonlyMap<Obstacle, number>;
}

/**
 * Chooses operators that the account for which they were read can use.
 * - `cheapest`: those with the least fees; the first set is the cheapest.
 * - `diverse`: no two of the same owner in a set, and of those the ones that serve the fewest validators.
 *
 * Ties go to the lower fee, then to the fewer validators, then to the lower id; the order of `operators` is of no
 * importance. Fees are those that are due once declared rises are in force.
 * @param operators All there are.
 * @throws {OperatorSelectionError} If the wishes contradict each other, or too few operators can be used; says why.
 */
export function suggestOperators(operators: readonly Operator[], terms: SelectionTerms): Suggestion {
  const sets = terms.sets ?? 1;
  const include = new Set(terms.include);
  checkWishes(operators, terms, include);
  const obstacles = findObstacles(operators, terms);
  for (const id of include) checkUsable(id, obstacles);

  const { diverse, rank } = terms.strategy === "diverse" ? DIVERSE : CHEAPEST;
  const usable = operators.filter(({ id }) => !obstacles.has(id)).sort(rank);
  const wanted = usable.filter(({ id }) => include.has(id));
  const candidates = [...wanted, ...usable.filter(({ id }) => !include.has(id))];
  const chosen = choose(candidates, sets * terms.size, diverse ? sets : Infinity);
  const leftOut = countBy([...obstacles.values()], (obstacle) => obstacle);
  checkOwners(wanted, chosen);
  if (chosen.length < sets * terms.size) throw tooFew(usable, leftOut, terms);

  const dealt = diverse ? dealByOwner(chosen, sets) : slices(chosen, terms.size);
  return { sets: dealt.map(toSet), usable: usable.length, leftOut };
}

const CHEAPEST = {
  diverse: false,
  rank: (a: Operator, b: Operator) =>
    compare(dueFee(a), dueFee(b)) || compare(a.validators, b.validators) || byId(a, b),
};
const DIVERSE = {
  diverse: true,
  rank: (a: Operator, b: Operator) =>
    compare(a.validators, b.validators) || compare(dueFee(a), dueFee(b)) || byId(a, b),
};

/** The first so many, with at most so many of each owner. */
function choose(candidates: readonly Operator[], count: number, maxOfOwner: number): Operator[] {
  const chosen: Operator[] = [];
  const ofOwner = new Map<string, number>();
  for (const operator of candidates) {
    const others = ofOwner.get(operator.owner) ?? 0;
    if (chosen.length === count || others >= maxOfOwner) continue;
    ofOwner.set(operator.owner, others + 1);
    chosen.push(operator);
  }
  return chosen;
}

/** Deals out one owner's operators after the other's, so that those of one owner, at most one for each set, part. */
function dealByOwner(chosen: readonly Operator[], sets: number): Operator[][] {
  const owners = [...new Set(chosen.map(({ owner }) => owner))];
  const inTurn = owners.flatMap((owner) => chosen.filter((operator) => operator.owner === owner));
  return Array.from({ length: sets }, (_, set) => inTurn.filter((_, i) => i % sets === set));
}

function slices(chosen: readonly Operator[], size: number): Operator[][] {
  return Array.from({ length: chosen.length / size }, (_, i) => chosen.slice(i * size, (i + 1) * size));
}

function toSet(operators: readonly Operator[]): OperatorSet {
  return {
    operators: operators.toSorted(byId),
    feeWeiPerBlock: operators.reduce((sum, operator) => sum + dueFee(operator), 0n),
  };
}

function checkWishes(operators: readonly Operator[], terms: SelectionTerms, include: ReadonlySet<bigint>): void {
  const { size, sets = 1, exclude = [] } = terms;
  if (!COMMITTEE_SIZES.includes(size))
    throw new OperatorSelectionError("size", String(size), "is none that SSV accepts", "use 4, 7, 10 or 13 operators");
  if (!Number.isInteger(sets) || sets < 1)
    throw new OperatorSelectionError("sets", String(sets), "is no number of sets", "ask for at least one");
  const known = new Set(operators.map(({ id }) => id));
  const unknown = (field: string, ids: Iterable<bigint>): void => {
    for (const id of ids)
      if (!known.has(id))
        throw new OperatorSelectionError(field, id.toString(), "names no operator of ssv.network", "check the id");
  };
  unknown("include", include);
  unknown("exclude", exclude);
  if (include.size > size)
    throw new OperatorSelectionError("include", `${include.size}`, `names more than ${size} operators`, "name fewer");
  if (include.size > 0 && sets > 1)
    throw new OperatorSelectionError("include", `${sets} sets`, "needs a single set", "ask for one set");
}

function checkUsable(id: bigint, obstacles: ReadonlyMap<bigint, Obstacle>): void {
  const obstacle = obstacles.get(id);
  if (obstacle !== undefined)
    throw new OperatorSelectionError(
      "include",
      id.toString(),
      `names an operator that cannot be used: ${OBSTACLES[obstacle]}`,
      "name another one, or change what keeps this one out",
    );
}

function checkOwners(wanted: readonly Operator[], chosen: readonly Operator[]): void {
  const missing = wanted.find((operator) => !chosen.includes(operator));
  if (missing !== undefined)
    throw new OperatorSelectionError(
      "include",
      missing.id.toString(),
      "names two operators of one owner",
      "name only one of them, or choose the cheapest",
    );
}

function tooFew(usable: readonly Operator[], leftOut: ReadonlyMap<Obstacle, number>, terms: SelectionTerms): Error {
  const { size, sets = 1, strategy } = terms;
  const names = Object.keys(OBSTACLES) as Obstacle[];
  const reasons = names.filter((name) => leftOut.has(name)).map((name) => `${leftOut.get(name)} ${OBSTACLES[name]}`);
  const owners = new Set(usable.map(({ owner }) => owner)).size;
  const wish = `${sets === 1 ? "one set" : `${sets} sets`} of ${size}`;
  const isShort = usable.length < size * sets;
  return new OperatorSelectionError(
    "usable operators",
    strategy === "diverse" ? `${usable.length} of ${owners} owners` : `${usable.length}`,
    `are too few for ${wish}${isShort ? "" : " without two of one owner"}; left out: ${reasons.join(", ") || "none"}`,
    `${isShort ? "" : "choose the cheapest, whoever owns them, "}ask for fewer or smaller sets or less room, raise the highest fee, or have private operators whitelist the account`,
  );
}

function countBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
