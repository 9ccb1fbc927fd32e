import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

const ROOT = new URL("../../", import.meta.url);

/** Codes in the first column of the tables. */
function listedCodes(): string[] {
  const text = readFileSync(new URL("docs/hazards.md", ROOT), "utf8");
  return [...text.matchAll(/^\| ([HI]\d+)\s*\|/gm)].map(([, code = ""]) => code);
}

/** Codes that begin the title of a test: `it("H1 …")`, or `title: "H1 …"` in a table, in mocha; `test_H1_` or `invariant_I1_` in Solidity. */
function testedCodes(): Set<string> {
  const files = readdirSync(new URL("test", ROOT), { recursive: true, encoding: "utf8" });
  const codes = files
    .filter((file) => /\.(test\.ts|t\.sol)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(new URL(`test/${file}`, ROOT), "utf8");
      const titles = text.matchAll(
        /(?:\bit\(\s*|\btitle:\s*)["'`]([HI]\d+(?:[ ,/]+[HI]\d+)*)|function (?:test|testFuzz|invariant)((?:_[HI]\d+)+)_/g,
      );
      return [...titles].flatMap(([, mocha, solidity]) => (mocha ?? solidity ?? "").match(/[HI]\d+/g) ?? []);
    });
  return new Set(codes);
}

describe("docs/hazards.md", () => {
  it("lists no code twice", () => {
    const codes = listedCodes();
    expect(codes.length).to.be.greaterThan(60);
    expect(new Set(codes).size).to.equal(codes.length);
  });

  it("lists only what a test proves", () => {
    const tested = testedCodes();
    expect(listedCodes().filter((code) => !tested.has(code))).to.deep.equal([]);
  });
});
