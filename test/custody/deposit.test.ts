import { expect } from "chai";

import {
  DAY,
  depositFor,
  ETHER,
  etherOf,
  LOCKED_SHARES,
  now,
  passTime,
  strangers,
  ZERO_ADDRESS,
} from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { FAST_GROWTH, gainTo, rebaseTo } from "../helpers/shareRate.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const MINIMUM = ETHER / 1_000n;

async function setup(suite: TestSuite) {
  const [alice, bob, carol] = await strangers(suite);
  return { poolETH: suite.poolETH, poolManager: suite.poolManager, alice, bob, carol };
}

describe("PoolETH.deposit", () => {
  const suite = useSuite(() => deploySuite(FAST_GROWTH));

  it("I4 I8 mints shares at the rate before the deposit, and says so", async () => {
    const { poolETH, alice, bob } = await setup(suite());
    await depositFor(suite(), alice, 10n * ETHER);
    await gainTo(suite(), 15n * ETHER);
    const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];

    const minted = (ETHER * shares) / total;
    expect(await poolETH.connect(bob).deposit.staticCall(bob, ZERO_ADDRESS, { value: ETHER })).to.equal(minted);
    const deposit = depositFor(suite(), bob, ETHER);
    await expect(deposit).to.emit(poolETH, "Transfer").withArgs(ZERO_ADDRESS, bob.address, ETHER);
    await expect(deposit).to.emit(poolETH, "TransferShares").withArgs(ZERO_ADDRESS, bob.address, minted);
    await expect(deposit).to.not.emit(poolETH, "Referred");
    expect(await poolETH.sharesOf(bob)).to.equal(minted);
    expect(await poolETH.totalShares()).to.equal(shares + minted);
    expect(await poolETH.totalPooledEther()).to.equal(total + ETHER);
  });

  it("emits two events and nothing else", async () => {
    const { poolETH, alice } = await setup(suite());
    const receipt = await (await depositFor(suite(), alice, ETHER)).wait();
    const names = receipt?.logs.map((log) => poolETH.interface.parseLog(log)?.name);
    expect(names).to.deep.equal(["Transfer", "TransferShares"]);
  });

  it("gives the shares to the receiver and names the referral", async () => {
    const { poolETH, alice, bob, carol } = await setup(suite());
    await expect(poolETH.connect(alice).deposit(bob, carol, { value: ETHER }))
      .to.emit(poolETH, "Referred")
      .withArgs(bob.address, carol.address, ETHER);
    expect(await poolETH.sharesOf(bob)).to.equal(ETHER);
    expect(await poolETH.sharesOf(alice)).to.equal(0n);
  });

  it("takes plain ether as a deposit for the sender", async () => {
    const { poolETH, alice } = await setup(suite());
    const deposit = alice.sendTransaction({ to: poolETH, value: ETHER });
    await expect(deposit).to.emit(poolETH, "Transfer").withArgs(ZERO_ADDRESS, alice.address, ETHER);
    expect(await poolETH.sharesOf(alice)).to.equal(ETHER);
  });

  it("takes deposits by way of the pool manager", async () => {
    const { poolETH, poolManager, alice, bob, carol } = await setup(suite());
    expect(await poolManager.connect(alice).deposit.staticCall(bob, carol, { value: ETHER })).to.equal(ETHER);
    await expect(poolManager.connect(alice).deposit(bob, carol, { value: ETHER }))
      .to.emit(poolETH, "Referred")
      .withArgs(bob.address, carol.address, ETHER);
    expect(await poolETH.sharesOf(bob)).to.equal(ETHER);
    expect(await etherOf(suite(), poolManager)).to.equal(0n);
    expect(await etherOf(suite(), poolETH)).to.equal(ETHER + LOCKED_SHARES);
  });

  it("reverts below 0.001 ether, by each of the three ways", async () => {
    const { poolETH, poolManager, alice } = await setup(suite());
    const value = MINIMUM - 1n;
    for (const deposit of [
      () => depositFor(suite(), alice, value),
      () => poolManager.connect(alice).deposit(alice, ZERO_ADDRESS, { value }),
      () => alice.sendTransaction({ to: poolETH, value }),
      () => alice.sendTransaction({ to: poolETH, value: 0n }),
    ])
      await expect(deposit()).to.be.revertedWithCustomError(poolETH, "DepositBelowMinimum");
    await expect(depositFor(suite(), alice, value))
      .to.be.revertedWithCustomError(poolETH, "DepositBelowMinimum")
      .withArgs(value, MINIMUM);
    await depositFor(suite(), alice, MINIMUM);
    expect(await poolETH.sharesOf(alice)).to.equal(MINIMUM);
  });

  it("fills the pool up to its cap and not above", async () => {
    const { poolETH, alice } = await setup(suite());
    await expect(poolETH.connect(suite().admin).setCap(20n)).to.emit(poolETH, "CapChanged").withArgs(50_000n, 20n);
    expect(await poolETH.cap()).to.equal(20n * ETHER);

    const room = 20n * ETHER - LOCKED_SHARES;
    await expect(depositFor(suite(), alice, room + 1n))
      .to.be.revertedWithCustomError(poolETH, "CapExceeded")
      .withArgs(20n * ETHER + 1n, 20n * ETHER);
    await depositFor(suite(), alice, room);
    await poolETH.connect(suite().admin).setCap(0n);
    await expect(depositFor(suite(), alice, MINIMUM))
      .to.be.revertedWithCustomError(poolETH, "CapExceeded")
      .withArgs(20n * ETHER + MINIMUM, 0n);
  });

  it("reverts when the receiver is zero or the pool itself", async () => {
    const { poolETH, alice } = await setup(suite());
    for (const receiver of [ZERO_ADDRESS, await poolETH.getAddress()])
      await expect(poolETH.connect(alice).deposit(receiver, ZERO_ADDRESS, { value: ETHER }))
        .to.be.revertedWithCustomError(poolETH, "ERC20InvalidReceiver")
        .withArgs(receiver);
  });

  it("reverts when the last rebase is older than 14 days, and takes ether again after the next", async () => {
    const { poolETH, alice } = await setup(suite());
    const last = await poolETH.lastRebase();
    const { time } = suite().chain.networkHelpers;

    await time.setNextBlockTimestamp(last + 14n * DAY);
    await depositFor(suite(), alice, ETHER);
    expect((await poolETH.depositGates()).isStale).to.equal(false);

    await passTime(suite(), 1n);
    await expect(depositFor(suite(), alice, ETHER))
      .to.be.revertedWithCustomError(poolETH, "ReportStale")
      .withArgs(last);
    expect((await poolETH.depositGates()).isStale).to.equal(true);

    await rebaseTo(suite(), await poolETH.totalPooledEther());
    await depositFor(suite(), alice, ETHER);
    expect((await poolETH.lastRebase()) > last).to.equal(true);
  });

  it("reverts while a loss is announced, and after the announcement was withdrawn no more", async () => {
    const { poolETH, alice } = await setup(suite());
    await expect(poolETH.connect(suite().admin).announceLoss(ETHER)).to.emit(poolETH, "LossAnnounced").withArgs(ETHER);
    const announcedAt = await now(suite());
    await expect(depositFor(suite(), alice, ETHER))
      .to.be.revertedWithCustomError(poolETH, "ShutByLoss")
      .withArgs(announcedAt, 0n);

    await poolETH.connect(suite().admin).announceLoss(0n);
    await depositFor(suite(), alice, ETHER);
    expect(await poolETH.sharesOf(alice)).to.equal(ETHER);
  });

  it("forgets an announcement that was not used within 72 hours and 14 days", async () => {
    const { poolETH, alice } = await setup(suite());
    await poolETH.connect(suite().admin).announceLoss(ETHER);
    await passTime(suite(), 10n * DAY);
    await rebaseTo(suite(), await poolETH.totalPooledEther());
    await passTime(suite(), 7n * DAY + 1n);
    await depositFor(suite(), alice, ETHER);
    expect((await poolETH.depositGates()).announcedAt).to.equal(0n);
  });
});
