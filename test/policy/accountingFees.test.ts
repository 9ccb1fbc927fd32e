import { expect } from "chai";

import { DAY, ETHER, GWEI, POOLED, report, skipFrames, useStakedPool } from "./support/scenario.ts";

const YEAR = 365n * DAY;
const HALF = GWEI / 2n;
/** 0.1 % a year. */
const COSTS_BASIS_POINTS = 10n;

describe("Accounting.applyReport: fees", () => {
  const scenario = useStakedPool();

  async function feesPaid(): Promise<{ treasury: bigint; operations: bigint }> {
    const { suite } = scenario();
    const [treasury, operations] = await Promise.all([
      suite.poolETH.sharesOf(suite.treasury.address),
      suite.poolETH.sharesOf(suite.operations.address),
    ]);
    return { treasury, operations };
  }

  /** Running costs of the staked pool for the time from the last charge to the newest block. */
  async function costsSince(chargedAt: bigint): Promise<bigint> {
    const elapsed = BigInt(await scenario().suite.chain.networkHelpers.time.latest()) - chargedAt;
    return (POOLED * COSTS_BASIS_POINTS * elapsed) / (10_000n * YEAR);
  }

  it("H28 I19 mints shares that are worth the fee after they are minted", async () => {
    const { suite } = scenario();
    await skipFrames(scenario(), 1n);
    const gain = ETHER / 2n;
    const fee = gain / 10n;
    await report(scenario(), HALF);

    const { treasury, operations } = await feesPaid();
    expect(treasury).to.equal((fee * POOLED) / (POOLED + gain - fee));
    expect(operations).to.equal(0n);
    const worth = await suite.poolETH.balanceOf(suite.treasury.address);
    expect(worth).to.be.within(fee - 2n, fee);
    expect(await suite.poolETH.totalShares()).to.equal(POOLED + treasury);
  });

  it("H29 charges no fee on rewards that only make a loss good", async () => {
    await skipFrames(scenario(), 2n);
    await report(scenario(), -HALF);
    await report(scenario(), HALF - 1n);
    expect((await feesPaid()).treasury).to.equal(0n);

    // One Gwei is missing to the mark, so a fee is due on the rest.
    await report(scenario(), 300_000_001n);
    const gain = 300_000_000n * GWEI;
    const fee = gain / 10n;
    expect((await feesPaid()).treasury).to.equal((fee * POOLED) / (POOLED + gain - fee));
  });

  it("H29 remembers the highest rate after fees, through losses and deposits", async () => {
    const { suite } = scenario();
    await skipFrames(scenario(), 2n);
    await report(scenario(), HALF);
    const { highWaterRateRay, totalShares, pooledEther } = await suite.poolETH.rebaseState();
    expect(highWaterRateRay).to.equal((pooledEther * 10n ** 27n) / totalShares);

    await report(scenario(), -HALF / 2n);
    expect((await suite.poolETH.rebaseState()).highWaterRateRay).to.equal(highWaterRateRay);
    const before = await feesPaid();
    await report(scenario(), HALF / 4n);
    expect((await feesPaid()).treasury).to.equal(before.treasury);
  });

  it("charges running costs once a week, for the time that passed", async () => {
    const { suite } = scenario();
    const { costsChargedAt } = await suite.accounting.lastReport();
    await skipFrames(scenario(), 6n);
    await report(scenario(), HALF);
    const costs = await costsSince(costsChargedAt);
    const gain = ETHER / 2n;
    const fee = (gain - costs) / 10n;
    const holders = POOLED + gain - fee - costs;

    const paid = await feesPaid();
    expect(paid.operations).to.equal((costs * POOLED) / holders);
    expect(paid.treasury).to.equal((fee * POOLED) / holders);
    expect(await suite.poolETH.balanceOf(suite.operations.address)).to.be.within(costs - 2n, costs);
    await report(scenario(), HALF / 2n);
    expect((await feesPaid()).operations).to.equal(paid.operations);
  });

  it("charges running costs while a loss is made good, and no fee", async () => {
    const { suite } = scenario();
    const { costsChargedAt } = await suite.accounting.lastReport();
    await report(scenario(), -HALF);
    await skipFrames(scenario(), 6n);
    await report(scenario(), HALF / 2n);

    const elapsed = BigInt(await suite.chain.networkHelpers.time.latest()) - costsChargedAt;
    const pooled = POOLED - ETHER / 2n;
    const costs = (pooled * COSTS_BASIS_POINTS * elapsed) / (10_000n * YEAR);
    const paid = await feesPaid();
    expect(paid.operations).to.equal((costs * POOLED) / (pooled + ETHER / 4n - costs));
    expect(paid.treasury).to.equal(0n);
  });

  it("lets running costs take a gain and no more, so that the rate never falls by them", async () => {
    const { suite } = scenario();
    await skipFrames(scenario(), 6n);
    await report(scenario(), 1_000n);

    const gain = 1_000n * GWEI;
    expect((await feesPaid()).operations).to.equal((gain * POOLED) / POOLED);
    expect(await suite.poolETH.shareRateRay()).to.equal(10n ** 27n);
  });

  it("charges nothing in a report without a gain", async () => {
    const { suite } = scenario();
    const { costsChargedAt } = await suite.accounting.lastReport();
    await skipFrames(scenario(), 6n);
    await report(scenario());
    await report(scenario(), -1n);

    expect(await feesPaid()).to.deep.equal({ treasury: 0n, operations: 0n });
    expect((await suite.accounting.lastReport()).costsChargedAt).to.equal(costsChargedAt);
  });

  it("charges at most 30 days of custody's 0.2 % a year after a long silence", async () => {
    await skipFrames(scenario(), 100n);
    await report(scenario(), HALF);

    const maxCosts = (((2n * 10n ** 8n * 30n) / 365n) * POOLED) / 10n ** 11n;
    const gain = ETHER / 2n;
    expect(maxCosts).to.be.lessThan(gain);
    const fee = (gain - maxCosts) / 10n;
    expect((await feesPaid()).operations).to.equal((maxCosts * POOLED) / (POOLED + gain - fee - maxCosts));
  });
});
