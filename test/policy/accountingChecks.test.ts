import { encodeBytes32String } from "ethers";
import { expect } from "chai";

import { timeOfSlot } from "../../src/oracle/frames.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { applyReport, makeReport, signReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { ETHER, GWEI, KEYS, payVault, report, skipFrames, useStakedPool } from "./support/scenario.ts";

const FRAME = 7_200n;
const STAKED = 32n * ETHER * BigInt(KEYS);

describe("Accounting.applyReport: whose turn it is", () => {
  const scenario = useStakedPool();

  /** Moves the chain so that the next block falls into a slot. */
  async function nextBlockIn(slot: bigint): Promise<void> {
    const { suite } = scenario();
    const clock = await fetchSlotClock(suite.accounting);
    await suite.chain.networkHelpers.time.setNextBlockTimestamp(timeOfSlot(clock, slot));
  }

  it("reverts for a slot that ends no frame", async () => {
    const { suite } = scenario();
    const due = await makeReport(suite);

    for (const refSlot of [due.refSlot - 1n, due.refSlot + 1n])
      await expect(applyReport(suite, { ...due, refSlot }))
        .to.be.revertedWithCustomError(suite.accounting, "RefSlotNotOnFrame")
        .withArgs(refSlot);
  });

  it("I35 takes one report per frame, and none for an earlier frame", async () => {
    const { suite } = scenario();
    const due = await makeReport(suite);
    await applyReport(suite, due);

    for (const refSlot of [due.refSlot, due.refSlot - FRAME])
      await expect(applyReport(suite, { ...due, refSlot }))
        .to.be.revertedWithCustomError(suite.accounting, "RefSlotNotIncreasing")
        .withArgs(refSlot, due.refSlot);
    expect((await suite.accounting.lastReport()).refSlot).to.equal(due.refSlot);
  });

  it("I36 takes a report from the slot after its reference slot", async () => {
    const { suite } = scenario();
    const { refSlot: passed, ...figures } = await makeReport(suite);
    const refSlot = passed + FRAME;
    const signatures = await signReport(suite, { refSlot, ...figures });

    await nextBlockIn(refSlot);
    await expect(suite.accounting.applyReport({ refSlot, ...figures }, signatures))
      .to.be.revertedWithCustomError(suite.accounting, "RefSlotNotCurrent")
      .withArgs(refSlot, refSlot);
    await nextBlockIn(refSlot + 1n);
    await suite.accounting.applyReport({ refSlot, ...figures }, signatures);
    expect((await suite.accounting.lastReport()).refSlot).to.equal(refSlot);
  });

  it("I36 takes a report up to the next reference slot and not later", async () => {
    const { suite } = scenario();
    const due = await makeReport(suite);
    const signatures = await signReport(suite, due);
    const inTime = await suite.chain.networkHelpers.takeSnapshot();

    await nextBlockIn(due.refSlot + FRAME + 1n);
    await expect(suite.accounting.applyReport({ ...due }, signatures))
      .to.be.revertedWithCustomError(suite.accounting, "RefSlotNotCurrent")
      .withArgs(due.refSlot, due.refSlot + FRAME + 1n);
    await inTime.restore();
    await nextBlockIn(due.refSlot + FRAME);
    await suite.accounting.applyReport({ ...due }, signatures);
    expect((await suite.accounting.lastReport()).refSlot).to.equal(due.refSlot);
  });

  it("H46 goes on after frames without a report", async () => {
    const { suite } = scenario();
    await skipFrames(scenario(), 9n);
    const due = await makeReport(suite);
    await applyReport(suite, due);
    expect((await suite.accounting.lastReport()).refSlot).to.equal(due.refSlot);
  });

  it("H37 changes nothing when fewer members than the quorum signed", async () => {
    const { suite } = scenario();
    const before = await suite.poolETH.rebaseState();
    const due = await makeReport(suite, 1_000_000n);

    await expect(applyReport(suite, due, suite.members.slice(0, 2)))
      .to.be.revertedWithCustomError(suite.committee, "QuorumNotReached")
      .withArgs(2, 3);
    expect((await suite.poolETH.rebaseState()).pooledEther).to.equal(before.pooledEther);
  });

  it("H37 changes nothing when members signed other figures", async () => {
    const { suite } = scenario();
    const due = await makeReport(suite);
    const signatures = await signReport(suite, due);

    await expect(
      suite.accounting.applyReport({ ...due, validatorsGwei: due.validatorsGwei + 1n }, signatures),
    ).to.be.revertedWithCustomError(suite.committee, "SignerNotInOrder");
  });
});

describe("Accounting.applyReport: figures that cannot be", () => {
  const scenario = useStakedPool();

  interface Case {
    readonly title: string;
    readonly changes: Partial<Report>;
    readonly error: [field: string, value: bigint, minimum: bigint, maximum: bigint];
  }

  // Before each: 40 keys staked and reported, 2 of them exited, 1 slashed, 1 lost, 5 ETH received by the vaults.
  const cases: Case[] = [
    {
      title: "I17 I18 refuses stake that shrank",
      changes: { stakedWei: STAKED - GWEI },
      error: ["stakedWei", STAKED - GWEI, STAKED, STAKED],
    },
    {
      title: "I17 I18 refuses stake that was never sent",
      changes: { stakedWei: STAKED + GWEI },
      error: ["stakedWei", STAKED + GWEI, STAKED, STAKED],
    },
    {
      title: "I17 I18 refuses less received by the vaults than was credited",
      changes: { vaultsReceivedWei: 5n * ETHER - 1n },
      error: ["vaultsReceivedWei", 5n * ETHER - 1n, 5n * ETHER, 6n * ETHER],
    },
    {
      title: "I17 I18 refuses more received by the vaults than ever came",
      changes: { vaultsReceivedWei: 6n * ETHER + 1n },
      error: ["vaultsReceivedWei", 6n * ETHER + 1n, 5n * ETHER, 6n * ETHER],
    },
    { title: "I17 I18 refuses fewer keys", changes: { stakedKeys: 39n }, error: ["stakedKeys", 39n, 40n, 40n] },
    {
      title: "H34 I18 refuses more keys than stake pays for",
      changes: { stakedKeys: 41n },
      error: ["stakedKeys", 41n, 40n, 40n],
    },
    { title: "I17 I18 refuses fewer slashed keys", changes: { slashedKeys: 0n }, error: ["slashedKeys", 0n, 1n, 40n] },
    {
      title: "I17 I18 refuses more slashed keys than keys",
      changes: { slashedKeys: 41n },
      error: ["slashedKeys", 41n, 1n, 40n],
    },
    { title: "I17 I18 refuses fewer lost keys", changes: { lostKeys: 0n }, error: ["lostKeys", 0n, 1n, 40n] },
    {
      title: "I17 I18 refuses more lost keys than keys",
      changes: { lostKeys: 41n },
      error: ["lostKeys", 41n, 1n, 40n],
    },
    {
      title: "H34 I18 refuses more keys active, exiting or lost than keys",
      changes: { activeKeys: 30n, exitingKeys: 10n },
      error: ["activeKeys", 41n, 0n, 40n],
    },
    { title: "I17 I18 refuses fewer exited keys", changes: { exitedKeys: 1n }, error: ["exitedKeys", 1n, 2n, 3n] },
    {
      title: "I17 I18 refuses more exited keys than are left",
      changes: { exitedKeys: 4n },
      error: ["exitedKeys", 4n, 2n, 3n],
    },
  ];

  beforeEach(async () => {
    await payVault(scenario(), "withdrawalVault", 5n * ETHER);
    // What the vaults received left the consensus layer.
    await report(scenario(), -5n * GWEI, {
      ...{ activeKeys: 36n, exitingKeys: 0n, exitedKeys: 2n, slashedKeys: 1n, lostKeys: 1n },
    });
    await payVault(scenario(), "rewardsVault", ETHER);
  });

  for (const { title, changes, error } of cases)
    it(title, async () => {
      const { suite } = scenario();
      const [field, ...numbers] = error;
      await expect(report(scenario(), 0n, { activeKeys: 36n, ...changes }))
        .to.be.revertedWithCustomError(suite.accounting, "ReportFieldOutOfRange")
        .withArgs(encodeBytes32String(field), ...numbers);
    });

  it("takes the same figures within their ranges", async () => {
    const { suite } = scenario();
    const within = { activeKeys: 30n, exitingKeys: 5n, exitedKeys: 4n, slashedKeys: 40n };
    await report(scenario(), 0n, within);
    const last = await suite.accounting.lastReport();
    expect([last.stakedKeys, last.exitedKeys, last.slashedKeys, last.lostKeys]).to.deep.equal([40n, 4n, 40n, 1n]);
    expect(last.creditedFromVaults).to.equal(6n * ETHER);
  });

  it("refuses stake in fractions of a Gwei", async () => {
    const { suite } = scenario();
    await stakeKeys(suite, 1);
    const stakedWei = (await suite.poolETH.totalStaked()) - 1n;
    await expect(report(scenario(), 0n, { stakedWei, stakedKeys: 40n, activeKeys: 36n }))
      .to.be.revertedWithCustomError(suite.accounting, "ReportFieldOutOfRange")
      .withArgs(encodeBytes32String("stakedWei"), GWEI - 1n, 0, 0);
  });
});
