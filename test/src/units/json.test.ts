import { expect } from "chai";

import { z } from "zod";

import { FileFormatError, firstDifference, parseJson } from "../../../src/units/json.ts";

describe("units/json", () => {
  for (const [text, reason, shown] of [
    ["test test test junk", "Unexpected token 'e'", "19 characters"],
    [
      '["0x00"] test junk',
      "Unexpected non-whitespace character after JSON at position 9 (line 1 column 10)",
      "18 characters",
    ],
    [`[${"1, ".repeat(20)}junk, ${"1, ".repeat(20)}`, "Unexpected token 'j'", "127 characters"],
    [
      "-----BEGIN RSA PRIVATE KEY-----",
      "No number after minus sign in JSON at position 1 (line 1 column 2)",
      "31 characters",
    ],
    [" \n", "Unexpected end of JSON input", "nothing"],
  ] as const)
    it(`shows nothing of a text that is no JSON but its length: ${shown}`, () => {
      expect(() => parseJson(text, z.unknown(), "operators.json"))
        .to.throw(FileFormatError)
        .with.property(
          "message",
          `operators.json is not JSON: ${reason} (got ${shown}): copy or generate the file again`,
        );
    });

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
