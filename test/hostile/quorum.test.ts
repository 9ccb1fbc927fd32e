import { expect } from "chai";

import type { HostilePolicy } from "../../typechain-types/index.ts";
import { activate, makeCeremony, offer, registerCeremony } from "../helpers/activation.ts";
import { approveKeys, foreignKeys } from "../helpers/foreignKeys.ts";
import { callOf, DAY, deployPool, ETHER, POOLED, saveUp, takeOver, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";

const STAKE = 32n * ETHER;
const GWEI = 1_000_000_000n;
/** 1,600 ETH, which is more than 10 % of this pool. */
const DAILY = 50;

describe("A hostile quorum of the committee alone", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    const ceremony = await makeCeremony(pool, 3);
    await activate(pool, ceremony, await registerCeremony(pool, ceremony), 0, 3);
    await applyReport(pool, await makeReport(pool));
    await saveUp(pool);
    return pool;
  });

  it("H37 changes nothing with one member less than the quorum", async () => {
    const keys = await foreignKeys(pool, 1);
    const { guard, approvals } = await approveKeys(pool, keys, pool.members.slice(0, 2));
    await expect(pool.poolETH.connect(pool.asPoolManager).stake(keys, 1, guard, approvals))
      .to.be.revertedWithCustomError(pool.committee, "QuorumNotReached")
      .withArgs(2n, 3n);
    await expect(applyReport(pool, await makeReport(pool, 1n), pool.members.slice(0, 2)))
      .to.be.revertedWithCustomError(pool.committee, "QuorumNotReached")
      .withArgs(2n, 3n);
  });

  it("H37 changes nothing with one member's signature twice, or with a stranger's", async () => {
    const [first, second] = pool.members;
    if (first === undefined || second === undefined) throw new Error("no members");
    const report = await makeReport(pool, 1n);
    await expect(applyReport(pool, report, [first, second, second]))
      .to.be.revertedWithCustomError(pool.committee, "SignerNotInOrder")
      .withArgs(second.address);
    await expect(applyReport(pool, report, [first, second, pool.attacker])).to.be.revertedWithCustomError(
      pool.committee,
      "SignerNotInOrder",
    );
  });

  it("H37 lifts the price by 0.1 % in a report, and by 30 days of growth in all its reports together", async () => {
    const invented = 1_000n * ETHER;
    await applyReport(pool, await makeReport(pool, invented / GWEI));
    expect(await pool.poolETH.totalPooledEther()).to.equal(POOLED + POOLED / 1_000n);
    expect((await pool.accounting.lastReport()).deferredRewards).to.equal(invented - POOLED / 1_000n);

    for (let report = 0; report < 12; report++) await applyReport(pool, await makeReport(pool));
    // 30 days saved before, and one for each of these reports.
    const gained = (((await pool.poolETH.totalPooledEther()) - POOLED) * 1_000_000n) / POOLED;
    expect(gained).to.be.within(8_219n + 12n * 273n, 8_219n + 14n * 276n);
  });

  it("gives an invented gain back from what is deferred, as soon as a report is honest again", async () => {
    const invented = 1_000n * ETHER;
    await applyReport(pool, await makeReport(pool, invented / GWEI));
    const inflated = await pool.poolETH.totalPooledEther();
    await applyReport(pool, await makeReport(pool, -(invented - POOLED / 1_000n) / GWEI - 1n));

    expect((await pool.accounting.lastReport()).deferredRewards).to.equal(0n);
    expect(await pool.poolETH.totalPooledEther()).to.be.within(inflated - GWEI, inflated);
  });

  it("H37 books a loss of 0.05 % in a report; a larger one needs two thirds of the members", async () => {
    const small = (POOLED * 5n) / 10_000n;
    const allowed = small / GWEI;
    await expect(applyReport(pool, await makeReport(pool, -allowed - 1n)))
      .to.be.revertedWithCustomError(pool.accounting, "SupermajorityRequired")
      .withArgs((allowed + 1n) * GWEI, 3n, 4n);
    await applyReport(pool, await makeReport(pool, -allowed));

    expect(await pool.poolETH.totalPooledEther()).to.equal(POOLED - allowed * GWEI);
  });

  it("H37 books 4 % in a report by two thirds, and 5 % in a year", async () => {
    // 96 ether of stake are not enough to lose 4 % of the pool: the rest is staked first.
    const supermajority = pool.members.slice(0, 4);
    await stakeMore(15);
    await applyReport(pool, await makeReport(pool));
    const allowed = (POOLED * 4n) / 100n / GWEI;
    await expect(applyReport(pool, await makeReport(pool, -allowed - 1n), supermajority))
      .to.be.revertedWithCustomError(pool.accounting, "ReportedLossAboveLimit")
      .withArgs((allowed + 1n) * GWEI, (POOLED * 4n) / 100n);
    await applyReport(pool, await makeReport(pool, -allowed), supermajority);

    const before = await pool.poolETH.totalPooledEther();
    const left = (before * 10_000_000n) / GWEI / GWEI;
    await expect(applyReport(pool, await makeReport(pool, -left - 1n), supermajority)).to.be.revertedWithCustomError(
      pool.poolETH,
      "LossAboveLimit",
    );
    await applyReport(pool, await makeReport(pool, -left), supermajority);
  });

  it("books no loss beyond its limits by calling keys lost", async () => {
    const supermajority = pool.members.slice(0, 4);
    await stakeMore(20);
    await applyReport(pool, await makeReport(pool));
    const loss = (POOLED / 20n / GWEI + 1n) * GWEI;
    const lostKeys = { lostKeys: 10n, activeKeys: 0n };
    await expect(
      applyReport(pool, await makeReport(pool, -loss / GWEI, lostKeys), supermajority),
    ).to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit");
  });

  it("pays its fees to the treasury alone: policy names the receivers", async () => {
    await applyReport(pool, await makeReport(pool, (10n * ETHER) / GWEI));
    const { treasury, operations } = await pool.accounting.policy();
    const [shares, ...known] = await Promise.all([
      pool.poolETH.totalShares(),
      pool.poolETH.sharesOf(treasury),
      pool.poolETH.sharesOf(operations),
    ]);
    expect(known.reduce((sum, held) => sum + held, 0n)).to.equal(shares - POOLED);
  });

  it("activates no keys that the operator did not register", async () => {
    const ceremony = await makeCeremony(pool, 1, 50);
    const activation = await offer(pool, ceremony, 0n, 0, 1);
    const { guard, approvals } = await approveKeys(pool, activation.keys);
    await expect(pool.poolManager.activate({ ...activation, batchId: 1n }, guard, approvals))
      .to.be.revertedWithCustomError(pool.poolManager, "BatchNotLive")
      .withArgs(1n);

    await registerCeremony(pool, await makeCeremony(pool, 1, 60));
    await expect(pool.poolManager.activate({ ...activation, batchId: 1n }, guard, approvals))
      .to.be.revertedWithCustomError(pool.poolManager, "ProofInvalid")
      .withArgs(1n);
  });

  async function stakeMore(count: number): Promise<void> {
    const keys = await foreignKeys(pool, count, 7);
    const { guard, approvals } = await approveKeys(pool, keys);
    await pool.poolETH.connect(pool.asPoolManager).stake(keys, count, guard, approvals);
  }
});

describe("A hostile quorum together with an upgraded pool manager", () => {
  let pool: HostilePool;
  let hostile: HostilePolicy;
  useSuite(async () => {
    pool = await deployPool();
    hostile = await takeOver(pool, pool.poolManager);
    return pool;
  });

  it("loses 1,600 ETH in a day, and not one key more", async () => {
    await stakeForeign(DAILY, 1);
    expect(await pool.poolETH.totalStaked()).to.equal(1_600n * ETHER);
    expect(await pool.poolETH.stakingAllowance()).to.equal(0n);

    await expect(stakeForeign(1, 2))
      .to.be.revertedWithCustomError(pool.poolETH, "StakingLimitExceeded")
      .withArgs(STAKE, 0n);
  });

  it("loses no more when the stake goes out in many calls of one transaction, or over a day", async () => {
    const start = BigInt(await pool.chain.networkHelpers.time.latest());
    for (let part = 1n; part <= 5n; part++) {
      await pool.chain.networkHelpers.time.increaseTo(start + part * 4n * 3_600n);
      await stakeForeign(DAILY / 5, Number(part));
    }
    await pool.chain.networkHelpers.time.increaseTo(start + 4n * 3_600n + DAY - 60n);
    await expect(stakeForeign(1, 9)).to.be.revertedWithCustomError(pool.poolETH, "StakingLimitExceeded");
  });

  it("loses 10 % of a pool that is larger than 16,000 ETH in a day", async () => {
    await pool.poolETH.connect(pool.alice).deposit(pool.alice.address, pool.alice.address, { value: 10_000n * ETHER });
    expect(await pool.poolETH.stakingAllowance()).to.equal(2_000n * ETHER + 100_000_000n);
    await stakeForeign(62, 1);

    await expect(stakeForeign(1, 2))
      .to.be.revertedWithCustomError(pool.poolETH, "StakingLimitExceeded")
      .withArgs(STAKE, 16n * ETHER + 100_000_000n);
  });

  it("loses nothing more once the guardian pauses", async () => {
    await stakeForeign(10, 1);
    await pool.poolETH.connect(pool.guardian).pauseStaking(14n * DAY);
    const until = BigInt(await pool.chain.networkHelpers.time.latest()) + 14n * DAY;

    expect(await pool.poolETH.stakingAllowance()).to.equal(0n);
    await expect(stakeForeign(1, 2)).to.be.revertedWithCustomError(pool.poolETH, "StakingIsPaused").withArgs(until);
  });

  async function stakeForeign(count: number, seed: number) {
    const keys = await foreignKeys(pool, count, seed);
    const { guard, approvals } = await approveKeys(pool, keys);
    const data = pool.poolETH.interface.encodeFunctionData("stake", [keys, count, guard, approvals]);
    return hostile.execute([await callOf(pool, pool.poolETH, data)]);
  }
});

describe("A hostile quorum together with the operator", () => {
  it("loses what a quorum and an upgraded pool manager lose: the operator registers any key", async () => {
    const pool = await deployPool();
    const theirs = await makeCeremony(pool, DAILY + 1, 100);
    await activate(pool, theirs, await registerCeremony(pool, theirs), 0, DAILY + 1);

    expect(await pool.poolETH.totalStaked()).to.equal(1_600n * ETHER);
    await expect(activate(pool, theirs, 0n, DAILY, DAILY + 1))
      .to.be.revertedWithCustomError(pool.poolManager, "NothingToActivate")
      .withArgs(0n);
  });
});
