import { expect } from "chai";

import { DAY, depositFor, ETHER, now, passTime, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployQueueSuite } from "../helpers/queueSuite.ts";
import { rebaseTo } from "../helpers/shareRate.ts";

const MAX_PAUSE = 14n * DAY;

describe("The guardian's pauses", () => {
  const suite = useSuite(() => deployQueueSuite());

  it("H71 I39 stops deposits by all three ways, and nothing else that users do", async () => {
    const { poolETH, poolManager, guardian, queue } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, 10n * ETHER);
    const pause = await poolETH.connect(guardian).pauseDeposits(DAY);
    const until = (await now(suite())) + DAY;
    await expect(pause).to.emit(poolETH, "DepositsPaused").withArgs(until);
    expect((await poolETH.depositGates()).pausedUntil).to.equal(until);

    for (const deposit of [
      () => depositFor(suite(), alice, ETHER),
      () => poolManager.connect(alice).deposit(alice, ZERO_ADDRESS, { value: ETHER }),
      () => alice.sendTransaction({ to: poolETH, value: ETHER }),
    ])
      await expect(deposit()).to.be.revertedWithCustomError(poolETH, "DepositsArePaused").withArgs(until);

    await poolETH.connect(alice).transfer(bob, ETHER);
    await queue.connect(alice).request(4n * ETHER);
    await queue.finalize(1n, 0n);
    expect(await poolETH.balanceOf(alice)).to.equal(5n * ETHER);
    expect(await suite().chain.ethers.provider.getBalance(queue)).to.equal(4n * ETHER);
  });

  it("H71 ends by itself when its time is over, and a rebase does not end it", async () => {
    const { poolETH, guardian } = suite();
    const [alice] = await strangers(suite());
    await poolETH.connect(guardian).pauseDeposits(MAX_PAUSE);
    const until = (await now(suite())) + MAX_PAUSE;
    await passTime(suite(), 7n * DAY);
    await rebaseTo(suite(), await poolETH.totalPooledEther());

    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(until - 1n);
    await expect(depositFor(suite(), alice, ETHER))
      .to.be.revertedWithCustomError(poolETH, "DepositsArePaused")
      .withArgs(until);
    await time.setNextBlockTimestamp(until);
    await depositFor(suite(), alice, ETHER);
    expect((await poolETH.depositGates()).pausedUntil).to.equal(0n);
  });

  it("H71 can be used once each, until an administrator arms the guardian again", async () => {
    const { poolETH, guardian, admin } = suite();
    const pausing = poolETH.connect(guardian);
    await pausing.pauseDeposits(DAY);
    await expect(pausing.pauseDeposits(DAY)).to.be.revertedWithCustomError(poolETH, "GuardianNotArmed").withArgs();
    await pausing.pauseStaking(DAY);
    await expect(pausing.pauseStaking(DAY)).to.be.revertedWithCustomError(poolETH, "GuardianNotArmed").withArgs();

    await passTime(suite(), 2n * DAY);
    await expect(pausing.pauseDeposits(DAY)).to.be.revertedWithCustomError(poolETH, "GuardianNotArmed").withArgs();

    await expect(poolETH.connect(admin).rearmGuardian()).to.emit(poolETH, "GuardianRearmed").withArgs();
    await pausing.pauseDeposits(DAY);
    expect((await poolETH.depositGates()).pausedUntil).to.equal((await now(suite())) + DAY);
    await pausing.pauseStaking(DAY);
    expect(await poolETH.stakingAllowance()).to.equal(0n);
  });

  it("H71 outlast a report, for staking as for deposits", async () => {
    const { poolETH, guardian } = suite();
    const [alice] = await strangers(suite());
    await poolETH.connect(guardian).pauseStaking(2n * DAY);
    await passTime(suite(), DAY);
    await rebaseTo(suite(), await poolETH.totalPooledEther());
    expect(await poolETH.stakingAllowance()).to.equal(0n);
    await depositFor(suite(), alice, ETHER);

    await passTime(suite(), DAY);
    expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
    await rebaseTo(suite(), await poolETH.totalPooledEther());
    expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
  });

  it("H71 can be ended by the guardian, who has then used it", async () => {
    const { poolETH, guardian } = suite();
    const [alice] = await strangers(suite());
    await poolETH.connect(guardian).pauseDeposits(DAY);
    await poolETH.connect(guardian).pauseStaking(DAY);
    expect(await poolETH.stakingAllowance()).to.equal(0n);

    const resume = poolETH.connect(guardian).resume();
    await expect(resume).to.emit(poolETH, "DepositsPaused").withArgs(0n);
    await expect(resume).to.emit(poolETH, "StakingPaused").withArgs(0n);
    await depositFor(suite(), alice, ETHER);
    expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
    await expect(poolETH.connect(guardian).pauseDeposits(DAY))
      .to.be.revertedWithCustomError(poolETH, "GuardianNotArmed")
      .withArgs();
  });

  it("reverts when a pause has no length or is longer than 14 days, and stays armed", async () => {
    const { poolETH, guardian } = suite();
    const pausing = poolETH.connect(guardian);
    for (const duration of [0n, MAX_PAUSE + 1n])
      for (const pause of [pausing.pauseDeposits, pausing.pauseStaking])
        await expect(pause(duration))
          .to.be.revertedWithCustomError(poolETH, "PauseDurationOutOfRange")
          .withArgs(duration, MAX_PAUSE);
    const pause = await pausing.pauseStaking(MAX_PAUSE);
    await expect(pause)
      .to.emit(poolETH, "StakingPaused")
      .withArgs((await now(suite())) + MAX_PAUSE);
  });
});
