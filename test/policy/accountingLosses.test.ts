import { expect } from "chai";

import { makeReport, applyReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import {
  changePolicy,
  DAY,
  deposit,
  ETHER,
  GWEI,
  POOLED,
  report,
  skipFrames,
  useStakedPool,
} from "./support/scenario.ts";

/** 4 % of the pool, rounded down: the bound of one report. */
const REPORT_LIMIT = (POOLED * 400n) / 10_000n;

describe("Accounting.applyReport: losses", () => {
  const scenario = useStakedPool();

  it("takes a loss of 0.05 % by a quorum, and a larger one by two thirds of the members", async () => {
    const { suite } = scenario();
    const small = 700_000_000n;
    const large = (small + 1n) * GWEI;

    await expect(report(scenario(), -small - 1n, {}, 3))
      .to.be.revertedWithCustomError(suite.accounting, "SupermajorityRequired")
      .withArgs(large, 3, 4);
    await report(scenario(), -small, {}, 3);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - small * GWEI);
    await report(scenario(), -small - 1n, {}, 4);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - small * GWEI - large);
  });

  it("H37 refuses more than 4 % of the pool in one report, whoever signed", async () => {
    const { suite } = scenario();
    const loss = 56n * ETHER + GWEI;

    await expect(report(scenario(), -loss / GWEI))
      .to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit")
      .withArgs(loss, REPORT_LIMIT);
    await report(scenario(), -56n * GWEI);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 56n * ETHER);
  });

  it("H37 I37 stops at custody's 5 % in a year, also when policy allows more", async () => {
    const { suite } = scenario();
    await changePolicy(scenario(), { maxLossBasisPoints: 500 });
    await report(scenario(), -70n * GWEI);

    await expect(report(scenario(), -1n))
      .to.be.revertedWithCustomError(suite.poolETH, "LossAboveLimit")
      .withArgs(GWEI, 0);
    // Seven sixths of a year later the loss is out of every window of 365 days.
    await skipFrames(scenario(), 426n);
    await report(scenario(), -1n);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 70n * ETHER - GWEI);
  });

  it("widens the bound by 32 ETH for each newly lost key, once", async () => {
    const { suite } = scenario();
    const loss = 60n * GWEI;

    await expect(report(scenario(), -loss)).to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit");
    await report(scenario(), -loss, { activeKeys: 39n, lostKeys: 1n });
    const pooled = POOLED - 60n * ETHER;
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled);
    await expect(report(scenario(), -loss))
      .to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit")
      .withArgs(60n * ETHER, (pooled * 400n) / 10_000n);
  });

  it("H35 books a deposit that never appears once, as a loss, and goes on", async () => {
    const { suite } = scenario();
    await changePolicy(scenario(), { maxLossBasisPoints: 100 });
    await stakeKeys(suite, 1);
    const unseen = { stakedKeys: 41n, activeKeys: 40n };

    await expect(report(scenario(), -32n * GWEI, unseen))
      .to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit")
      .withArgs(32n * ETHER, POOLED / 100n);
    await report(scenario(), -32n * GWEI, { ...unseen, lostKeys: 1n });
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 32n * ETHER);
    await report(scenario());
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 32n * ETHER);
    expect((await suite.accounting.lastReport()).lostKeys).to.equal(1n);
  });

  it("H36 sees a slashing of 4 % behind deposits of as much", async () => {
    const { suite, bob } = scenario();
    await deposit(scenario(), 60n * ETHER, bob);
    await stakeKeys(suite, 2);
    const pooled = POOLED + 60n * ETHER;

    // The consensus layer holds 8 ETH more than before, and the pool has lost 56.
    const masked = await makeReport(suite, -56n * GWEI);
    expect(masked.validatorsGwei - (await suite.accounting.lastReport()).clBalanceGwei).to.equal(8n * GWEI);
    await expect(applyReport(suite, masked))
      .to.be.revertedWithCustomError(suite.accounting, "SupermajorityRequired")
      .withArgs(56n * ETHER, 3, 4);
    await applyReport(suite, masked, suite.members);
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled - 56n * ETHER);
  });

  it("takes an announced loss after 72 hours, up to what was announced", async () => {
    const { suite } = scenario();
    await suite.poolETH.connect(suite.admin).announceLoss(140n * ETHER);
    await expect(report(scenario(), -140n * GWEI))
      .to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit")
      .withArgs(140n * ETHER, REPORT_LIMIT);

    await suite.chain.networkHelpers.time.increase(3n * DAY);
    await expect(report(scenario(), -140n * GWEI - 1n))
      .to.be.revertedWithCustomError(suite.accounting, "ReportedLossAboveLimit")
      .withArgs(140n * ETHER + GWEI, 140n * ETHER);
    await report(scenario(), -140n * GWEI);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 140n * ETHER);
  });

  it("takes a loss that needs no announcement although a smaller one was announced", async () => {
    const { suite } = scenario();
    await suite.poolETH.connect(suite.admin).announceLoss(ETHER);
    await suite.chain.networkHelpers.time.increase(3n * DAY);

    await report(scenario(), -28n * GWEI);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED - 28n * ETHER);
    const state = await suite.poolETH.rebaseState();
    expect(state.announcedLoss).to.equal(ETHER);
    expect(state.restorable).to.equal(28n * ETHER);
  });

  it("lets rewards that wait bear a loss first", async () => {
    const { suite } = scenario();
    await skipFrames(scenario(), 9n);
    await report(scenario(), 10n * GWEI);
    const released = POOLED / 1_000n;
    const deferred = 10n * ETHER - released;

    await skipFrames(scenario(), 9n);
    const pooled = POOLED + released;
    const loss = (deferred / GWEI) * GWEI;
    await expect(report(scenario(), -loss / GWEI, {}, 3))
      .to.emit(suite.accounting, "ReportProcessed")
      .withArgs((refSlot: bigint) => refSlot % 7_200n === 7_199n, 1_290n * GWEI - loss / GWEI, 0, -loss, 0);
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled + (deferred - loss));
  });
});
