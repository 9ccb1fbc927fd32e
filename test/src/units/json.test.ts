import { expect } from "chai";

import { firstDifference } from "../../../src/units/json.ts";

describe("units/json", () => {
  it("finds no difference where JSON has the same values, in whatever order of keys", () => {
    for (const [a, b] of [
      [
        { a: [1, { b: "x" }], c: null },
        { c: null, a: [1, { b: "x" }] },
      ],
      [[], []],
      ["0x00", "0x00"],
    ])
      expect(firstDifference(a, b), JSON.stringify(a)).to.equal(undefined);
  });

  const differences: [a: unknown, b: unknown, path: string, value: string][] = [
    [{ a: [1, { b: "x" }] }, { a: [1, { b: "y" }] }, ".a[1].b", '"x"'],
    [{ a: 1 }, { a: 1, b: 2 }, ".b", "nothing"],
    [{ a: 1, b: 2 }, { a: 1 }, ".b", "2"],
    [[1], [1, 2], "[1]", "nothing"],
    [1, "1", "", "1"],
    [null, {}, "", "null"],
    [[], {}, "", "[]"],
    [{}, undefined, "", "{}"],
  ];
  for (const [a, b, path, value] of differences)
    it(`finds "${path}" between ${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => {
      expect(firstDifference(a, b)).to.deep.equal({ path, value });
    });
});
