import { expect } from "chai";
import fc from "fast-check";

import {
  checkOperatorIds,
  isSafeOperatorChange,
  OperatorIdsError,
  signingThreshold,
  toleratedFaults,
} from "../../../src/ssv/committee.ts";

const range = (from: number, count: number): bigint[] => Array.from({ length: count }, (_, i) => BigInt(from + i));

describe("ssv/committee", () => {
  it("has the thresholds SSV documents", () => {
    expect([4, 7, 10, 13].map(signingThreshold)).to.deep.equal([3, 5, 7, 9]);
    expect([4, 7, 10, 13].map(toleratedFaults)).to.deep.equal([1, 2, 3, 4]);
  });

  it("accepts ascending ids in SSV's sizes and names the rule that others break", () => {
    for (const size of [4, 7, 10, 13])
      expect(() => {
        checkOperatorIds(range(1, size));
      }).not.to.throw();
    const refused: [bigint[], string][] = [
      ...[0, 1, 3, 5, 6, 16].map((size): [bigint[], string] => [range(1, size), `are ${size}`]),
      [range(0, 4), "out of range"],
      [[1n, 2n, 3n, 2n ** 64n], "out of range"],
      [[1n, 2n, 4n, 3n], "not ascending"],
      [[1n, 2n, 2n, 3n], "have operator 2 listed twice"],
      [[3n, 2n, 1n, 3n], "have operator 3 listed twice"],
    ];
    for (const [ids, problem] of refused)
      expect(() => {
        checkOperatorIds(ids);
      }).to.throw(OperatorIdsError, problem);
  });

  it("H12: lets one of four operators change, and not two", () => {
    expect(isSafeOperatorChange([1n, 2n, 3n, 4n], [1n, 2n, 3n, 4n])).to.equal(true);
    expect(isSafeOperatorChange([1n, 2n, 3n, 4n], [1n, 2n, 3n, 9n])).to.equal(true);
    expect(isSafeOperatorChange([1n, 2n, 3n, 4n], [1n, 2n, 8n, 9n])).to.equal(false);
    expect(isSafeOperatorChange([1n, 2n, 3n, 4n], range(5, 7))).to.equal(false);
  });

  it("H12: never lets those who leave and f who stay reach the threshold", () => {
    fc.assert(
      fc.property(fc.constantFrom(4, 7, 10, 13), fc.nat(13), (size, kept) => {
        const staying = Math.min(kept, size);
        const removed = size - staying;

        const safe = isSafeOperatorChange(range(1, size), [...range(1, staying), ...range(100, removed)]);

        expect(safe).to.equal(removed + Math.min(toleratedFaults(size), staying) < signingThreshold(size));
        if (safe) expect(removed).to.be.at.most(toleratedFaults(size));
      }),
    );
  });
});
