import { expect } from "chai";
import fc from "fast-check";

import { dueFee, type Operator } from "../../../src/ssv/operator.ts";
import {
  OperatorSelectionError,
  suggestOperators,
  type SelectionTerms,
  type Suggestion,
} from "../../../src/ssv/operatorSelection.ts";
import { directories, operator, ownerNumber } from "../support/operatorDirectory.ts";

const LIMIT = 700_000n;
const CHEAPEST: SelectionTerms = { size: 4, strategy: "cheapest", validators: 1 };
const DIVERSE: SelectionTerms = { size: 4, strategy: "diverse", validators: 1 };

const wishes = fc.record({
  strategy: fc.constantFrom("cheapest" as const, "diverse" as const),
  sets: fc.integer({ min: 1, max: 3 }),
  validators: fc.integer({ min: 1, max: 4 }),
  maxFeeWeiPerBlock: fc.option(fc.constant(LIMIT), { nil: undefined }),
});

/** Whether an operator may be chosen, said in another way than the library does. */
function mayServe(candidate: Operator, { validators, maxFeeWeiPerBlock = 10n ** 18n, exclude = [] }: SelectionTerms) {
  return (
    !candidate.isRemoved &&
    (candidate.isWhitelisted || !candidate.isPrivate) &&
    candidate.room >= validators &&
    candidate.operatorKey !== undefined &&
    candidate.feeWeiPerBlock <= maxFeeWeiPerBlock &&
    (candidate.declaredFee?.feeWeiPerBlock ?? 0n) <= maxFeeWeiPerBlock &&
    !exclude.includes(candidate.id)
  );
}

/** How many places of the sets these operators can fill: one of an owner takes a place in each set at the most. */
function capacity(usable: readonly Operator[], { strategy, sets }: { strategy: string; sets: number }): number {
  if (strategy === "cheapest") return usable.length;
  const owners = [...new Set(usable.map(({ owner }) => owner))];
  const places = owners.map((owner) => Math.min(sets, usable.filter((other) => other.owner === owner).length));
  return places.reduce((a, b) => a + b, 0);
}

function attempt(operators: readonly Operator[], terms: SelectionTerms): Suggestion | undefined {
  try {
    return suggestOperators(operators, terms);
  } catch (error) {
    if (!(error instanceof OperatorSelectionError)) throw error;
    return undefined;
  }
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}

const idsOf = ({ sets }: Suggestion) => sets.map(({ operators }) => operators.map(({ id }) => id));
const sum = (operators: readonly Operator[], of: (item: Operator) => bigint) =>
  operators.reduce((total, item) => total + of(item), 0n);
const ownersOf = (operators: readonly Operator[]) => new Set(operators.map(({ owner }) => owner)).size;

describe("suggestOperators", () => {
  it("names only usable operators, ascending, in disjoint sets, with their cost, wherever there are enough", () => {
    fc.assert(
      fc.property(directories, wishes, (operators, wish) => {
        const terms: SelectionTerms = { size: 4, ...wish };
        const usable = operators.filter((candidate) => mayServe(candidate, terms));
        const suggestion = attempt(operators, terms);
        expect(suggestion !== undefined).to.equal(capacity(usable, wish) >= 4 * wish.sets);
        if (suggestion === undefined) return;

        const { sets } = suggestion;
        const all = sets.flatMap((set) => set.operators);
        expect(sets).to.have.lengthOf(wish.sets);
        expect(new Set(all.map(({ id }) => id)).size).to.equal(4 * wish.sets);
        expect(all.filter((chosen) => !usable.includes(chosen))).to.deep.equal([]);
        expect(suggestion.usable).to.equal(usable.length);
        expect([...suggestion.leftOut.values()].reduce((a, b) => a + b, 0)).to.equal(operators.length - usable.length);
        for (const { operators: members, feeWeiPerBlock } of sets) {
          expect(members.every(({ id }, i) => i === 0 || id > (members[i - 1]?.id ?? 0n))).to.equal(true);
          expect(feeWeiPerBlock).to.equal(sum(members, dueFee));
          if (wish.strategy === "diverse") expect(ownersOf(members)).to.equal(4);
        }
      }),
    );
  });

  it("depends on the operators, not on their order", () => {
    const shuffled = directories.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, wishes, ([operators, reordered], wish) => {
        const terms: SelectionTerms = { size: 4, ...wish };
        expect(attempt(reordered, terms)).to.deep.equal(attempt(operators, terms));
      }),
    );
  });

  it("finds the cheapest set there is, and none only if there is none", () => {
    fc.assert(
      fc.property(directories, (operators) => {
        const usable = operators.filter((candidate) => mayServe(candidate, CHEAPEST));
        const fees = subsets(usable, 4).map((set) => sum(set, dueFee));
        const least = fees.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
        expect(attempt(operators, CHEAPEST)?.sets[0]?.feeWeiPerBlock).to.equal(least);
      }),
      { numRuns: 50 },
    );
  });

  it("finds the least loaded set of different owners there is, and none only if there is none", () => {
    fc.assert(
      fc.property(directories, (operators) => {
        const usable = operators.filter((candidate) => mayServe(candidate, DIVERSE));
        const loads = subsets(usable, 4)
          .filter((set) => ownersOf(set) === 4)
          .map((set) => sum(set, ({ validators }) => BigInt(validators)));
        const least = loads.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
        const found = attempt(operators, DIVERSE)?.sets[0]?.operators;
        expect(found && sum(found, ({ validators }) => BigInt(validators))).to.equal(least);
      }),
      { numRuns: 50 },
    );
  });

  it("makes several sets of different owners wherever there are as many", () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(ownerNumber) as [string, string, string, string];
    const owners = [a, b, a, b, c, c, d, d];
    const operators = owners.map((owner, i) => operator(BigInt(i + 1), { owner, validators: i }));
    expect(idsOf(suggestOperators(operators, { ...DIVERSE, sets: 2 }))).to.deep.equal([
      [1n, 2n, 5n, 7n],
      [3n, 4n, 6n, 8n],
    ]);
  });

  it("breaks ties by fee, load and id", () => {
    const operators = [
      operator(1n, { feeWeiPerBlock: 3n, validators: 1 }),
      operator(2n, { feeWeiPerBlock: 2n, validators: 2 }),
      operator(3n, { feeWeiPerBlock: 2n, validators: 1 }),
      operator(4n, { feeWeiPerBlock: 1n, validators: 3 }),
      operator(5n, { feeWeiPerBlock: 2n, validators: 2 }),
      operator(6n, { feeWeiPerBlock: 2n, validators: 2 }),
    ];
    expect(idsOf(suggestOperators(operators, CHEAPEST))).to.deep.equal([[2n, 3n, 4n, 5n]]);
    expect(idsOf(suggestOperators(operators, DIVERSE))).to.deep.equal([[1n, 2n, 3n, 5n]]);
  });

  it("counts a declared rise, since it will be paid", () => {
    const declaredFee = { feeWeiPerBlock: 1_100_000_000n, fromTime: 1n, untilTime: 2n };
    const operators = [1n, 2n, 3n, 4n, 5n].map((id) => operator(id, id === 2n ? { declaredFee } : {}));
    expect(idsOf(suggestOperators(operators, CHEAPEST))).to.deep.equal([[1n, 3n, 4n, 5n]]);
    const all = suggestOperators(operators.slice(0, 4), CHEAPEST);
    expect(all.sets[0]?.feeWeiPerBlock).to.equal(4_100_000_000n);
  });

  it("includes and excludes operators by their ids", () => {
    const operators = [1n, 2n, 3n, 4n, 5n, 6n].map((id) =>
      operator(id, { feeWeiPerBlock: id, validators: Number(id) }),
    );
    for (const terms of [CHEAPEST, DIVERSE])
      expect(idsOf(suggestOperators(operators, { ...terms, include: [6n], exclude: [2n] }))).to.deep.equal([
        [1n, 3n, 4n, 6n],
      ]);
  });

  it("takes a key for that of the operator who registered it first, however it is written", () => {
    const original = operator(2n).operatorKey ?? "";
    const pem = Buffer.from(original, "base64").toString();
    const copy = Buffer.from(pem.replaceAll("\n", "\r\n")).toString("base64");
    const operators = [3n, 1n, 5n, 2n, 4n].map((id) => operator(id, id === 3n ? { operatorKey: copy } : {}));
    const { sets, leftOut } = suggestOperators(operators, CHEAPEST);
    expect(sets[0]?.operators.map(({ id }) => id)).to.deep.equal([1n, 2n, 4n, 5n]);
    expect([...leftOut]).to.deep.equal([["key", 1]]);
  });
});
