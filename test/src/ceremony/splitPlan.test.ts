import { expect } from "chai";
import fc from "fast-check";

import { AssignmentError, parseAssignments, planSplit } from "../../../src/ceremony/splitPlan.ts";
import { OperatorIdsError } from "../../../src/ssv/committee.ts";
import type { Hex } from "../../../src/units/hex.ts";

const pubkeysOf = (count: number): Hex[] =>
  Array.from({ length: count }, (_, i): Hex => `0x${i.toString(16).padStart(96, "0")}`);

describe("ceremony/splitPlan", () => {
  it("gives all keys to the same operators, or each range to its own", () => {
    expect(parseAssignments("4,3,2,1", 5)).to.deep.equal([{ from: 0, to: 5, operatorIds: [1n, 2n, 3n, 4n] }]);
    expect(parseAssignments("3-4:5,6,7,8 0-2:1,2,3,4", 5)).to.deep.equal([
      { from: 0, to: 3, operatorIds: [1n, 2n, 3n, 4n] },
      { from: 3, to: 5, operatorIds: [5n, 6n, 7n, 8n] },
    ]);
  });

  for (const [text, problem] of [
    ["", "is no range of keys with operator ids"],
    ["1;2;3;4", "is no range of keys with operator ids"],
    ["0-4:", "is no range of keys with operator ids"],
    ["0-4:1,2,,3", "is no range of keys with operator ids"],
    ["3-1:1,2,3,4", "ends before it begins"],
    ["1-4:1,2,3,4", "leaves out key 0"],
    ["0-1:1,2,3,4 3-4:1,2,3,4", "leaves out key 2"],
    ["0-2:1,2,3,4 2-4:5,6,7,8", "overlaps the range before it"],
    ["0-3:1,2,3,4", "leaves out key 4"],
    ["0-5:1,2,3,4", "goes beyond the last key, 4"],
  ] as const)
    it(`refuses "${text}" for five keys`, () => {
      expect(() => parseAssignments(text, 5)).to.throw(AssignmentError, problem);
    });

  it("refuses operators that are no committee", () => {
    expect(() => parseAssignments("1,2,3", 5)).to.throw(OperatorIdsError, "operators are 3");
    expect(() => parseAssignments("0-4:1,2,3,3", 5)).to.throw(OperatorIdsError, "have operator 3 listed twice");
  });

  it("begins a batch where the operators change, and gives nonces in the order of the keys", () => {
    const assignments = parseAssignments("0-1:1,2,3,4 2-2:5,6,7,8 3-4:1,2,3,4", 5);

    expect(planSplit(pubkeysOf(5), new Set(), assignments, 7n)).to.deep.equal([
      { firstNonce: 7n, operatorIds: [1n, 2n, 3n, 4n], positions: [0, 1] },
      { firstNonce: 9n, operatorIds: [5n, 6n, 7n, 8n], positions: [2] },
      { firstNonce: 10n, operatorIds: [1n, 2n, 3n, 4n], positions: [3, 4] },
    ]);
  });

  it("plans each key that has no shares once, with nonces that have no gap", () => {
    const choices = fc.array(fc.record({ hasShares: fc.boolean(), second: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(choices, fc.bigInt({ min: 0n, max: 60_000n }), (keys, firstNonce) => {
        const pubkeys = pubkeysOf(keys.length);
        const done = new Set(pubkeys.filter((_, i) => keys[i]?.hasShares));
        const assignments = keys.map(({ second }, i) => ({
          from: i,
          to: i + 1,
          operatorIds: second ? [5n, 6n, 7n, 8n] : [1n, 2n, 3n, 4n],
        }));

        const batches = planSplit(pubkeys, done, assignments, firstNonce);

        const planned = batches.flatMap(({ positions }) => positions);
        expect(planned).to.deep.equal(pubkeys.flatMap((pubkey, i) => (done.has(pubkey) ? [] : [i])));
        let nonce = firstNonce;
        for (const batch of batches) {
          expect(batch.firstNonce).to.equal(nonce);
          for (const position of batch.positions)
            expect(batch.operatorIds).to.deep.equal(assignments[position]?.operatorIds);
          nonce += BigInt(batch.positions.length);
        }
        batches.forEach(({ operatorIds }, i) => {
          expect(operatorIds).not.to.deep.equal(batches[i + 1]?.operatorIds);
        });
      }),
    );
  });
});
