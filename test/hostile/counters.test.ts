import { expect } from "chai";
import { encodeBytes32String } from "ethers";

import type { Report } from "../../src/oracle/messages.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { deployPool, ETHER, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport, signReport } from "../helpers/report.ts";

const STAKED = 128n * ETHER;

describe("A report that two thirds of the committee signed", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    const ceremony = await makeCeremony(pool, 4);
    const batchId = await registerCeremony(pool, ceremony);
    await activate(pool, ceremony, batchId, 0, 3);
    await pool.deployer.sendTransaction({ to: pool.rewardsVault, value: ETHER / 100n });
    // One key each was lost, slashed and exited.
    const seen = { activeKeys: 1n, lostKeys: 1n, exitedKeys: 1n, slashedKeys: 1n };
    await applyReport(pool, await makeReport(pool, 0n, seen));
    await activate(pool, ceremony, batchId, 3, 4);
    return pool;
  });

  const received = ETHER / 100n;
  const outOfRange: [field: keyof Report, changes: Partial<Report>, minimum: bigint, maximum: bigint][] = [
    ["stakedWei", { stakedWei: STAKED + 1_000_000_000n }, 96n * ETHER, STAKED],
    ["stakedWei", { stakedWei: 95n * ETHER }, 96n * ETHER, STAKED],
    ["vaultsReceivedWei", { vaultsReceivedWei: received + 1n }, received, received],
    ["vaultsReceivedWei", { vaultsReceivedWei: received - 1n }, received, received],
    ["stakedKeys", { stakedKeys: 5n }, 3n, 4n],
    ["stakedKeys", { stakedKeys: 2n }, 3n, 4n],
    ["slashedKeys", { slashedKeys: 0n }, 1n, 4n],
    ["slashedKeys", { slashedKeys: 5n }, 1n, 4n],
    ["lostKeys", { lostKeys: 0n }, 1n, 4n],
    ["lostKeys", { lostKeys: 5n }, 1n, 4n],
    ["exitedKeys", { exitedKeys: 0n }, 1n, 1n],
    ["exitedKeys", { exitedKeys: 2n }, 1n, 1n],
  ];
  for (const [field, changes, minimum, maximum] of outOfRange) {
    const value = changes[field] ?? 0n;
    it(`cannot say ${value} for ${field}`, async () => {
      const report = await makeReport(pool, 0n, changes);
      await expect(applyReport(pool, report, pool.members.slice(0, 4)))
        .to.be.revertedWithCustomError(pool.accounting, "ReportFieldOutOfRange")
        .withArgs(encodeBytes32String(field), value, minimum, maximum);
    });
  }

  it("cannot say a stake that is no whole Gwei", async () => {
    await expect(applyReport(pool, await makeReport(pool, 0n, { stakedWei: STAKED - 1n })))
      .to.be.revertedWithCustomError(pool.accounting, "ReportFieldOutOfRange")
      .withArgs(encodeBytes32String("stakedWei"), 999_999_999n, 0n, 0n);
  });

  it("cannot count more keys than were staked to", async () => {
    await expect(applyReport(pool, await makeReport(pool, 0n, { activeKeys: 3n, exitingKeys: 1n })))
      .to.be.revertedWithCustomError(pool.accounting, "ReportFieldOutOfRange")
      .withArgs(encodeBytes32String("activeKeys"), 5n, 0n, 4n);
  });

  it("cannot stand for the time before the last one, for one within a frame, or for the future", async () => {
    const { refSlot: last } = await pool.accounting.lastReport();
    const report = await makeReport(pool);
    const { refSlot } = report;
    const current = refSlot + 2n;
    await expect(applyReport(pool, { ...report, refSlot: last }))
      .to.be.revertedWithCustomError(pool.accounting, "RefSlotNotIncreasing")
      .withArgs(last, last);
    await expect(applyReport(pool, { ...report, refSlot: refSlot - 1n }))
      .to.be.revertedWithCustomError(pool.accounting, "RefSlotNotOnFrame")
      .withArgs(refSlot - 1n);
    await expect(applyReport(pool, { ...report, refSlot: refSlot + 7_200n }))
      .to.be.revertedWithCustomError(pool.accounting, "RefSlotNotCurrent")
      .withArgs(refSlot + 7_200n, current);
  });

  it("I35 is applied once", async () => {
    const report = await makeReport(pool);
    await applyReport(pool, report);
    await expect(applyReport(pool, report))
      .to.be.revertedWithCustomError(pool.accounting, "RefSlotNotIncreasing")
      .withArgs(report.refSlot, report.refSlot);
  });

  it("cannot be applied by another committee's signatures, nor with another number in it", async () => {
    const report = await makeReport(pool);
    await expect(applyReport(pool, report, [pool.attacker, pool.alice, pool.deployer])).to.be.revertedWithCustomError(
      pool.committee,
      "SignerNotInOrder",
    );
    const signatures = await signReport(pool, report);
    await expect(
      pool.accounting.applyReport({ ...report, validatorsGwei: report.validatorsGwei + 1n }, signatures),
    ).to.be.revertedWithCustomError(pool.committee, "SignerNotInOrder");
    await pool.accounting.applyReport(report, signatures);
  });
});
