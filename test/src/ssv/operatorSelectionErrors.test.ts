import { expect } from "chai";

import type { Operator } from "../../../src/ssv/operator.ts";
import { OperatorSelectionError, suggestOperators, type SelectionTerms } from "../../../src/ssv/operatorSelection.ts";
import { operator, ownerNumber } from "../support/operatorDirectory.ts";

const TERMS: SelectionTerms = { size: 4, strategy: "cheapest", validators: 1 };
const five = [1n, 2n, 3n, 4n, 5n].map((id) => operator(id));

function refuses(operators: readonly Operator[], terms: Partial<SelectionTerms>, line: string): void {
  expect(() => suggestOperators(operators, { ...TERMS, ...terms }))
    .to.throw(OperatorSelectionError)
    .with.property("message", line);
}

describe("suggestOperators, refusing", () => {
  it("says for which reason how many operators are out", () => {
    const declaredFee = { feeWeiPerBlock: 30n, fromTime: 1n, untilTime: 2n };
    const operators = [
      operator(1n, { feeWeiPerBlock: 20n }),
      operator(2n, { isRemoved: true }),
      operator(3n, { isPrivate: true }),
      operator(4n, { isPrivate: true, isWhitelisted: true, feeWeiPerBlock: 20n }),
      operator(5n, { room: 2 }),
      operator(6n, { operatorKey: undefined }),
      operator(7n, { feeWeiPerBlock: 21n }),
      operator(8n, { feeWeiPerBlock: 20n, declaredFee }),
      operator(9n, { feeWeiPerBlock: 1n, room: 3 }),
      operator(10n, { isRemoved: true }),
      operator(11n),
    ];
    refuses(
      operators,
      { maxFeeWeiPerBlock: 20n, validators: 3, exclude: [11n] },
      "usable operators are too few for one set of 4; left out: 1 excluded, 2 removed from ssv.network, 1 private without the account on the whitelist, 1 without room for the validators, 1 with a key that cannot be read or is another operator's, 1 above the highest fee, 1 with a declared fee above the highest one (got 3): ask for fewer or smaller sets or less room, raise the highest fee, or have private operators whitelist the account",
    );
  });

  it("says so when there are enough operators, but of too few owners", () => {
    const ofTwo = five.map((item) => ({ ...item, owner: ownerNumber(Number(item.id % 2n) + 1) }));
    refuses(
      ofTwo,
      { strategy: "diverse" },
      "usable operators are too few for one set of 4 without two of one owner; left out: none (got 5 of 2 owners): choose the cheapest, whoever owns them, ask for fewer or smaller sets or less room, raise the highest fee, or have private operators whitelist the account",
    );
  });

  it("refuses sizes and numbers of sets that make no clusters", () => {
    refuses(five, { size: 5 as 4 }, "size is none that SSV accepts (got 5): use 4, 7, 10 or 13 operators");
    refuses(five, { sets: 0 }, "sets is no number of sets (got 0): ask for at least one");
  });

  it("refuses to include operators that it cannot", () => {
    const sameOwner = five.map((item) => ({ ...item, owner: ownerNumber(Number(item.id > 2n ? item.id : 1n)) }));
    const withPrivate = five.map((item) => ({ ...item, isPrivate: item.id === 3n }));
    refuses(five, { include: [9n] }, "include names no operator of ssv.network (got 9): check the id");
    refuses(five, { exclude: [9n] }, "exclude names no operator of ssv.network (got 9): check the id");
    refuses(five, { include: [1n, 2n, 3n, 4n, 5n] }, "include names more than 4 operators (got 5): name fewer");
    refuses(five, { include: [1n], sets: 2 }, "include needs a single set (got 2 sets): ask for one set");
    refuses(
      withPrivate,
      { include: [3n] },
      "include names an operator that cannot be used: private without the account on the whitelist (got 3): name another one, or change what keeps this one out",
    );
    refuses(
      five,
      { include: [3n], exclude: [3n] },
      "include names an operator that cannot be used: excluded (got 3): name another one, or change what keeps this one out",
    );
    refuses(
      sameOwner,
      { include: [1n, 2n], strategy: "diverse" },
      "include names two operators of one owner (got 2): name only one of them, or choose the cheapest",
    );
  });
});
