import { expect } from "chai";

import { drawRunways } from "../../tasks/runwayBar.ts";

describe("drawRunways", () => {
  const draw = (blocks: (bigint | null)[], minBlocks = 100n): string[] =>
    drawRunways(
      blocks.map((length, i) => ({ name: `c${10 ** i}`, blocks: length, label: "…" })),
      minBlocks,
      "short",
    ).split("\n");

  it("draws all at one scale, the longest over the whole width", () => {
    expect(draw([400n, 200n, 101n])).to.deep.equal(
      [
        `c1   ▕${"█".repeat(40)}▏ …`,
        `c10  ▕${"█".repeat(20)}${" ".repeat(20)}▏ …`,
        `c100 ▕${"█".repeat(10)}┊${" ".repeat(29)}▏ …`,
        `${" ".repeat(5)} ${" ".repeat(10)}┊ short`,
      ].map((line) => line),
    );
  });

  it("draws what is left in eighths, and marks where a short runway should reach", () => {
    expect(draw([50n])).to.deep.equal([
      `c1 ▕${"█".repeat(10)}${" ".repeat(10)}┊${" ".repeat(19)}▏ …`,
      `${" ".repeat(24)}┊ short`,
    ]);
    expect(draw([201n, 3n])[1]?.slice(0, 8)).to.equal("c10 ▕▌  ");
  });

  it("draws none, and those that never end", () => {
    expect(draw([0n, null])).to.deep.equal([
      `c1  ▕${" ".repeat(20)}┊${" ".repeat(19)}▏ …`,
      `c10 ▕∞${" ".repeat(19)}┊${" ".repeat(19)}▏ …`,
      `${" ".repeat(25)}┊ short`,
    ]);
    expect(draw([0n], 0n)[0]).to.equal(`c1 ▕┊${" ".repeat(39)}▏ …`);
  });
});
