import { expect } from "chai";

import { drawDashboard } from "../../scripts/lifecycle/dashboard.ts";
import { weeklyGrowth, yearlyGrowth } from "../../scripts/lifecycle/growth.ts";
import { StreamView } from "../../scripts/lifecycle/lifecycleView.ts";
import { RECORD, sampleOf } from "../helpers/lifecycle.ts";

describe("picture of a lifecycle", () => {
  it("says where chain, operators, validators and ether are", () => {
    const text = drawDashboard(RECORD, "weeks of rewards", 576n).join("\n");
    expect(text).to.contain("50 %  day 8.0  weeks of rewards");
    expect(text).to.contain("slot 288  epoch 36  justified 8  final 7");
    expect(text).to.contain("1 online  2 OFFLINE");
    expect(text).to.contain("deposited 2  pending 1  active 11  exiting 1  slashed 1  paid out 0");
    expect(text).to.contain("10 of 11 in epoch 34");
    expect(text).to.contain("in the pool 5.000  deposits pending 64.000  validators 448.000");
    expect(text).to.contain("20.0 days at this pace");
    expect(text).to.contain("1, the last one -1.000000 ETH by 4 members");
  });

  it("never shows more than all as done", () => {
    expect(drawDashboard(RECORD, "", 1n)[0]).to.contain(" 100 %");
    expect(drawDashboard({ ...RECORD, samples: [] }, "begins", 1n)).to.deep.equal(["begins"]);
  });

  it("is drawn over itself on a terminal, cut to its width", () => {
    const written: string[] = [];
    const stream = { isTTY: true, columns: 20, write: (text: string) => written.push(text) > 0 };
    const told: string[] = [];
    const view = new StreamView(stream, (stage, text) => told.push(`${stage}: ${text}`), 576n);
    view.begin("a part");
    view.show(RECORD);
    view.show(RECORD);
    expect(written[1]).to.equal("\u001b[10A\u001b[0J");
    const lines = written[2]?.trimEnd().split("\n") ?? [];
    expect(lines).to.have.length(10);
    for (const line of lines) expect(line.length).to.be.lessThan(20);
    view.tell("news");
    expect(written).to.have.length(4);
    expect(told).to.deep.equal(["a part: news"]);
    view.end();
    expect(written).to.have.length(4);
  });

  it("is a line now and then elsewhere", () => {
    const written: string[] = [];
    let now = 0;
    const stream = { write: (text: string) => written.push(text) > 0 };
    const view = new StreamView(
      stream,
      () => undefined,
      576n,
      () => now,
    );
    for (now = 0; now <= 20_000; now += 1_000) view.show(RECORD);
    expect(written).to.have.length(3);
    expect(written.join("")).not.to.contain("\u001b");
  });
});

describe("growth of the share rate", () => {
  it("is that of a week, as of a year", () => {
    const [before, after] = [sampleOf(0n, { shareRateRay: 1_000n }), sampleOf(73n, { shareRateRay: 1_010n })];
    expect(isNear(yearlyGrowth(before, after), 0.05)).to.equal(true);
    expect(yearlyGrowth(after, after)).to.equal(undefined);
    const rates = [1_000n, 1_000n, 1_010n].map((shareRateRay, i) => sampleOf(BigInt(i) * 7n, { shareRateRay }));
    const growth = weeklyGrowth(rates);
    expect(growth.slice(0, 2)).to.deep.equal([undefined, 0]);
    expect(isNear(growth[2], (0.01 * 365) / 7)).to.equal(true);
  });
});

/** Hardhat's `closeTo`, once it is loaded, takes whole numbers alone. */
function isNear(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) < 1e-9;
}
