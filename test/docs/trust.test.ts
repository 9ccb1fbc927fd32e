import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";

const TESTS = new URL("../", import.meta.url);

describe("docs/trust.md", () => {
  const rows = readFileSync(new URL("../../docs/trust.md", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "));
  const claims = rows.filter((row) => !/\| tests +\|$/.test(row) && !row.startsWith("| ---"));
  const sources = readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, TESTS), "utf8"))
    .join("\n");

  it("names a test for each row", () => {
    expect(claims.length).to.be.greaterThan(40);
    for (const claim of claims) expect(claim).to.match(/"[^"]+" +\|$/);
  });

  it("names tests that exist", () => {
    const titles = claims.flatMap((claim) => [...claim.matchAll(/"([^"]+)"[,| ]/g)].map(([, title]) => title ?? ""));
    const missing = titles.filter((title) => !sources.includes(`it("${title}"`));
    expect(missing).to.deep.equal([]);
  });
});
