import { expect } from "chai";

import {
  DAY,
  depositFor,
  ETHER,
  etherOf,
  impersonate,
  LOCKED_SHARES,
  now,
  passTime,
  strangers,
  ZERO_ADDRESS,
} from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const FRACTION = 10n ** 11n;
const LEAST_FEE = FRACTION / 1_000n;
const POOLED = 1_000n * ETHER + LOCKED_SHARES;
const LIMIT = POOLED / 100n;
const NANO = 10n ** 9n;

/** Alice and Bob hold 1,000 ETH together. */
async function deployWithHolders(): Promise<TestSuite> {
  const suite = await deploySuite();
  const [alice, bob] = await strangers(suite);
  await depositFor(suite, alice, 600n * ETHER);
  await depositFor(suite, bob, 400n * ETHER);
  return suite;
}

/** Terms of now. */
async function terms({ poolETH }: TestSuite): Promise<[fee: bigint, available: bigint]> {
  const { fee, available } = await poolETH.redemptionTerms();
  return [fee, available];
}

describe("PoolETH.redeem", () => {
  const suite = useSuite(deployWithHolders);

  it("pays what shares are worth at once, less a fee that stays with the others", async () => {
    const { poolETH } = suite();
    const [alice, bob, carol] = await strangers(suite());
    const shares = 5n * ETHER;
    const paid = (shares * (FRACTION - LEAST_FEE)) / FRACTION;
    expect(await terms(suite())).to.deep.equal([LEAST_FEE, LIMIT]);
    expect(await poolETH.connect(alice).redeem.staticCall(shares, paid, carol.address)).to.equal(paid);

    const before = await etherOf(suite(), carol);
    const redemption = poolETH.connect(alice).redeem(shares, paid, carol.address);
    await expect(redemption).to.emit(poolETH, "Redeemed").withArgs(alice.address, shares, paid);
    await expect(redemption).to.emit(poolETH, "Transfer").withArgs(alice.address, ZERO_ADDRESS, shares);
    await expect(redemption).to.emit(poolETH, "TransferShares").withArgs(alice.address, ZERO_ADDRESS, shares);
    expect(await etherOf(suite(), carol)).to.equal(before + paid);
    expect(await poolETH.sharesOf(alice.address)).to.equal(595n * ETHER);
    expect([await poolETH.totalShares(), await poolETH.totalPooledEther()]).to.deep.equal([
      POOLED - shares,
      POOLED - paid,
    ]);
    expect(await poolETH.balanceOf(bob.address)).to.equal((400n * ETHER * (POOLED - paid)) / (POOLED - shares));
    expect(await suite().accounting.bufferedEther()).to.equal(POOLED - paid);
  });

  it("pays 1 % of the pool in a day, and forgets evenly", async () => {
    const { poolETH, chain } = suite();
    const [alice] = await strangers(suite());
    const [fee] = await terms(suite());
    const shares = 9n * ETHER;
    const paid = (shares * (FRACTION - fee)) / FRACTION;
    await poolETH.connect(alice).redeem(shares, 0n, alice.address);
    const redeemedAt = await now(suite());
    const limit = (POOLED - paid) / 100n;
    // Counted in nanoseconds of the limit before, rounded up.
    const counted = (paid * DAY * NANO + LIMIT - 1n) / LIMIT;
    for (const elapsed of [0n, 100n, DAY / 2n, counted / NANO, counted / NANO + 1n, DAY]) {
      const remembered = counted > elapsed * NANO ? counted - elapsed * NANO : 0n;
      if (elapsed > 0n) await chain.networkHelpers.time.increaseTo(redeemedAt + elapsed);
      const left = DAY * NANO - remembered;
      expect((await terms(suite()))[1], `${elapsed} s`).to.equal((limit * left) / (DAY * NANO));
    }
    await chain.networkHelpers.time.increaseTo(redeemedAt + DAY + 100n);
    await poolETH.connect(alice).redeem(shares, 0n, alice.address);
    await expect(poolETH.connect(alice).redeem(2n * ETHER, 0n, alice.address)).to.be.revertedWithCustomError(
      poolETH,
      "RedemptionOutOfRange",
    );
  });

  it("counts redemptions of two wei for hardly anything, so that nobody uses the limit up with them", async () => {
    const { poolETH, chain } = suite();
    const [alice] = await strangers(suite());
    const { provider } = chain.ethers;
    await provider.send("evm_setAutomine", [false]);
    for (let i = 0; i < 20; ++i) await poolETH.connect(alice).redeem(2n, 1n, alice.address, { gasLimit: 150_000n });
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
    expect(await poolETH.sharesOf(alice.address)).to.equal(600n * ETHER - 40n);
    // A nanosecond each, where a second would be 20 / 86,400 of it.
    const limit = (POOLED - 20n) / 100n;
    expect((await terms(suite()))[1]).to.equal((limit * (DAY * NANO - 20n)) / (DAY * NANO));
  });

  it("leaves what requests wait for, and 0.1 % of the pool", async () => {
    const { poolETH, withdrawalQueue } = suite();
    const [alice, bob] = await strangers(suite());
    await stakeKeys(suite(), 31);
    const buffered = 8n * ETHER + LOCKED_SHARES;
    const watermark = POOLED / 1_000n;
    expect((await terms(suite()))[1]).to.equal(buffered - watermark);
    await withdrawalQueue.connect(bob).requestWithdrawal(3n * ETHER, bob.address);
    expect((await terms(suite()))[1]).to.equal(buffered - watermark - 3n * ETHER);
    await withdrawalQueue.connect(bob).requestWithdrawal(5n * ETHER, bob.address);
    expect((await terms(suite()))[1]).to.equal(0n);
    await expect(poolETH.connect(alice).redeem(ETHER, 0n, alice.address))
      .to.be.revertedWithCustomError(poolETH, "RedemptionOutOfRange")
      .withArgs((ETHER * (FRACTION - LEAST_FEE)) / FRACTION, 0n, 0n);
  });

  it("has only ether that was collected", async () => {
    const { poolETH, rewardsVault, chain } = suite();
    const pool = await poolETH.getAddress();
    await chain.networkHelpers.setBalance(pool, 3n * ETHER);
    await chain.networkHelpers.setBalance(await rewardsVault.getAddress(), 997n * ETHER + LOCKED_SHARES);
    expect((await terms(suite()))[1]).to.equal(3n * ETHER);
    await rewardsVault.collect();
    expect((await terms(suite()))[1]).to.equal(LIMIT);
  });

  it("H40 takes as much as the next report may bring, and what is deferred", async () => {
    const { accounting, poolETH } = suite();
    await stakeKeys(suite(), 10);
    await applyReport(suite(), await makeReport(suite(), 5_000_000_000n));
    const pooled = await poolETH.totalPooledEther();
    const { deferredRewards } = await accounting.lastReport();
    expect(deferredRewards).to.be.greaterThan(3n * ETHER);
    const gain = (pooled * 10n) / 10_000n + deferredRewards;
    expect(await accounting.nextGain()).to.equal(gain);
    expect((await terms(suite()))[0]).to.equal((gain * FRACTION + pooled - 1n) / pooled);
  });

  it("H40 leaves nothing to whoever deposits before a report and redeems after it", async () => {
    const { poolETH } = suite();
    const [, , carol] = await strangers(suite());
    await stakeKeys(suite(), 10);
    for (const rewardsGwei of [10_000_000n, 1_000_000_000n, 9_000_000_000n]) {
      const report = await makeReport(suite(), rewardsGwei);
      await depositFor(suite(), carol, 9n * ETHER);
      const shares = await poolETH.sharesOf(carol.address);
      await applyReport(suite(), report);
      const paid = await poolETH.connect(carol).redeem.staticCall(shares, 0n, carol.address);
      expect(paid, `${rewardsGwei} Gwei`).to.be.lessThan(9n * ETHER);
      await poolETH.connect(carol).redeem(shares, 0n, carol.address);
    }
  });

  it("H80 pays nothing once the last rebase is older than three days", async () => {
    const { poolETH, chain } = suite();
    const rebasedAt = await poolETH.lastRebase();
    await chain.networkHelpers.time.increaseTo(rebasedAt + 3n * DAY);
    expect((await terms(suite()))[1]).to.equal(LIMIT);
    await passTime(suite(), 1n);
    expect((await terms(suite()))[1]).to.equal(0n);
    const [alice] = await strangers(suite());
    await expect(poolETH.connect(alice).redeem(ETHER, 0n, alice.address)).to.be.revertedWithCustomError(
      poolETH,
      "RedemptionOutOfRange",
    );
  });

  it("H41 pays nothing while deposits are paused, or shut by a loss", async () => {
    const { poolETH, guardian, admin } = suite();
    await poolETH.connect(guardian).pauseDeposits(DAY);
    expect((await terms(suite()))[1]).to.equal(0n);
    await poolETH.connect(guardian).resume();
    expect((await terms(suite()))[1]).to.equal(LIMIT);
    await poolETH.connect(admin).announceLoss(ETHER);
    expect((await terms(suite()))[1]).to.equal(0n);
  });

  it("reverts for shares the caller has not, for too little or too much ether, and for receivers who refuse", async () => {
    const { poolETH, withdrawalVault } = suite();
    const [alice, , carol] = await strangers(suite());
    const redeem = (shares: bigint, minEther = 0n, receiver = alice.address) =>
      poolETH.connect(alice).redeem(shares, minEther, receiver);
    for (const shares of [600n * ETHER + 1n, 2n ** 256n - 1n])
      await expect(redeem(shares))
        .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
        .withArgs(alice.address, 600n * ETHER, shares);
    const paid = (ETHER * (FRACTION - LEAST_FEE)) / FRACTION;
    await expect(redeem(ETHER, paid + 1n))
      .to.be.revertedWithCustomError(poolETH, "RedemptionOutOfRange")
      .withArgs(paid, paid + 1n, LIMIT);
    await expect(redeem(0n)).to.be.revertedWithCustomError(poolETH, "RedemptionOutOfRange").withArgs(0n, 0n, LIMIT);
    await expect(redeem(11n * ETHER)).to.be.revertedWithCustomError(poolETH, "RedemptionOutOfRange");
    const refusing = await suite().committee.getAddress();
    await expect(redeem(ETHER, 0n, refusing))
      .to.be.revertedWithCustomError(poolETH, "RedemptionTransferFailed")
      .withArgs(refusing);
    expect(await poolETH.sharesOf(alice.address)).to.equal(600n * ETHER);
    // Vaults take ether from anybody; it comes back as rewards.
    await poolETH.connect(alice).redeem(ETHER, 0n, await withdrawalVault.getAddress());
    await expect(poolETH.connect(carol).redeem(1n, 0n, carol.address)).to.be.revertedWithCustomError(
      poolETH,
      "InsufficientShares",
    );
  });

  it("pays nobody when the accounting tells of gains as large as the pool", async () => {
    const { poolETH, accounting, chain } = suite();
    const [alice] = await strangers(suite());
    const code = `0x7f${(POOLED * 2n).toString(16).padStart(64, "0")}60005260206000f3`;
    await chain.networkHelpers.setCode(await accounting.getAddress(), code);
    expect((await terms(suite()))[0]).to.equal(2n * FRACTION);
    await expect(poolETH.connect(alice).redeem(ETHER, 0n, alice.address))
      .to.be.revertedWithCustomError(poolETH, "RedemptionOutOfRange")
      .withArgs(0n, 0n, LIMIT);
  });

  it("H66 shows a receiver who calls back books that are closed, and the limit less what he got", async () => {
    const { poolETH, chain, deployer } = suite();
    const [alice] = await strangers(suite());
    const account = await chain.ethers.deployContract("ReentrantAccount", deployer);
    const receiver = await account.getAddress();
    await poolETH.connect(alice).transferShares(receiver, 20n * ETHER);
    const again = poolETH.interface.encodeFunctionData("redeem", [6n * ETHER, 0n, receiver]);
    await account.arm(await poolETH.getAddress(), await poolETH.getAddress(), 0n, again);
    const paid = (6n * ETHER * (FRACTION - LEAST_FEE)) / FRACTION;
    await poolETH.connect(await impersonate(suite(), receiver)).redeem(6n * ETHER, 0n, receiver);
    expect([await account.called(), await account.succeeded()]).to.deep.equal([true, false]);
    const { totalShares, totalPooledEther } = await account.sight();
    expect([totalShares, totalPooledEther]).to.deep.equal([POOLED - 6n * ETHER, POOLED - paid]);
  });
});
