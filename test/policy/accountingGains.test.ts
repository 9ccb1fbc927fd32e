import { expect } from "chai";

import { applyReport, makeReport, signReport } from "../helpers/report.ts";
import {
  BUFFERED,
  changePolicy,
  DAY,
  deposit,
  ETHER,
  GWEI,
  payVault,
  POOLED,
  report,
  skipFrames,
  useStakedPool,
} from "./support/scenario.ts";

/** Most that one report of the staked pool releases: 0.1 %, if enough growth is saved. */
const PER_REPORT = POOLED / 1_000n;

describe("Accounting.applyReport: gains", () => {
  const scenario = useStakedPool();

  // Enough growth for two reports of 0.1 %.
  beforeEach(async () => skipFrames(scenario(), 9n));

  for (const topUp of [1n, 299n, 301n])
    it(`H33 takes a third party's top-up of ${topUp.toString()} ETH as rewards, and defers what is too much`, async () => {
      const { suite } = scenario();
      const released = topUp * ETHER < PER_REPORT ? topUp * ETHER : PER_REPORT;

      await expect(report(scenario(), topUp * GWEI))
        .to.emit(suite.accounting, "ReportProcessed")
        .withArgs(
          (refSlot: bigint) => refSlot % 7_200n === 7_199n,
          (1_280n + topUp) * GWEI,
          0,
          topUp * ETHER,
          topUp * ETHER - released,
        );
      expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + released);
      expect(await suite.accounting.bufferedEther()).to.equal(BUFFERED);
    });

  it("H33 survives a windfall larger than the pool, and releases it report by report", async () => {
    const { suite } = scenario();
    await payVault(scenario(), "rewardsVault", 2_000n * ETHER);
    await report(scenario());
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + PER_REPORT);

    await skipFrames(scenario(), 9n);
    await report(scenario());
    const pooled = POOLED + PER_REPORT + (POOLED + PER_REPORT) / 1_000n;
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled);
    expect((await suite.accounting.lastReport()).deferredRewards).to.equal(POOLED + 2_000n * ETHER - pooled);
    expect(await suite.accounting.bufferedEther()).to.equal(BUFFERED + 2_000n * ETHER);
  });

  it("releases all of what was deferred in the end", async () => {
    const { suite } = scenario();
    await report(scenario(), 5n * GWEI);
    for (let i = 0; i < 3; i++) {
      expect(await suite.poolETH.totalPooledEther()).to.be.lessThan(POOLED + 5n * ETHER);
      await skipFrames(scenario(), 9n);
      await report(scenario());
    }
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + 5n * ETHER);
    expect((await suite.accounting.lastReport()).deferredRewards).to.equal(0n);
  });

  it("H37 I37 grows by custody's limit when policy asks for more", async () => {
    const { suite } = scenario();
    await changePolicy(scenario(), { feeBasisPoints: 0, costsBasisPoints: 0, maxGainBasisPoints: 10_000 });
    await skipFrames(scenario(), 400n);
    await report(scenario(), 400n * GWEI);

    // 30 days of 10 % a year are saved, however long nobody reported.
    const growth = (10n ** 10n * 30n) / 365n;
    const saved = (growth * POOLED) / 10n ** 11n;
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + saved);
    expect((await suite.accounting.lastReport()).deferredRewards).to.equal(400n * ETHER - saved);
  });

  it("I21 does what the bounds said that it would", async () => {
    const { suite } = scenario();
    await report(scenario(), 20n * GWEI);
    const due = await makeReport(suite);
    const signatures = await signReport(suite, due);
    const { time } = suite.chain.networkHelpers;
    await time.setNextBlockTimestamp((await time.latest()) + 60);
    const { maxGain, pooledEther } = await suite.poolETH.rebaseState({ blockTag: "pending" });
    expect(maxGain).to.be.greaterThan(0n);
    expect(maxGain).to.be.lessThan(20n * ETHER - PER_REPORT);

    await suite.accounting.applyReport({ ...due }, signatures);
    const expected = maxGain < pooledEther / 1_000n ? maxGain : pooledEther / 1_000n;
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooledEther + expected);
  });

  it("H43 lets a deposit just before a report lift no share above the bound", async () => {
    const { suite, alice, bob } = scenario();
    const due = await makeReport(suite, 300n * GWEI);
    await deposit(scenario(), 7_000n * ETHER, bob);
    await applyReport(suite, due);

    const pooled = POOLED + 7_000n * ETHER;
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled + pooled / 1_000n);
    const balances = await Promise.all([alice, bob].map(({ address }) => suite.poolETH.balanceOf(address)));
    // 0.1 % less the fee of 10 % on it and the running costs.
    for (const [i, deposited] of [1_400n, 7_000n].entries()) {
      expect(balances[i]).to.be.greaterThan(deposited * ETHER);
      expect(balances[i]).to.be.lessThan((deposited * ETHER * 100_090n) / 100_000n);
    }
  });

  it("spends growth that only time brings back, and no loss", async () => {
    const { suite } = scenario();
    await report(scenario(), GWEI);
    const spent = await suite.chain.networkHelpers.takeSnapshot();
    const pooledEther = await suite.poolETH.totalPooledEther();

    await report(scenario());
    const { maxGain } = await suite.poolETH.rebaseState();
    await spent.restore();
    await report(scenario(), -GWEI / 2n);
    // The same part of a pool that is half an ether smaller, each rounded down.
    const afterLoss = (await suite.poolETH.rebaseState()).maxGain;
    expect(maxGain - afterLoss - (maxGain * (ETHER / 2n)) / pooledEther).to.be.oneOf([-1n, 0n, 1n]);
    // A day's growth, of 10 % a year, came on top of what one report had left.
    const daily = (POOLED * 10n ** 17n * DAY) / (365n * DAY * ETHER);
    expect(maxGain).to.be.greaterThan(daily);
  });
});
