import { expect } from "chai";
import fc from "fast-check";

import { DEAD, depositFor, ETHER, LOCKED_SHARES, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { FAST_GROWTH, gainTo, loseTo } from "../helpers/shareRate.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

async function deployWithHolder(): Promise<TestSuite> {
  const suite = await deploySuite(FAST_GROWTH);
  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 10n * ETHER);
  return suite;
}

/** Total pooled ether for which one share is worth `numerator / denominator` wei. */
async function etherAt(suite: TestSuite, numerator: bigint, denominator: bigint): Promise<bigint> {
  return ((await suite.poolETH.totalShares()) * numerator) / denominator;
}

describe("PoolETH in shares", () => {
  const suite = useSuite(deployWithHolder);

  it("moves shares exactly and tells their worth", async () => {
    const { poolETH } = suite();
    const [alice, bob] = await strangers(suite());
    await gainTo(suite(), await etherAt(suite(), 3n, 2n));

    const shares = 1_000_001n;
    expect(await poolETH.connect(alice).transferShares.staticCall(bob, shares)).to.equal(1_500_001n);
    const transfer = poolETH.connect(alice).transferShares(bob, shares);
    await expect(transfer).to.emit(poolETH, "Transfer").withArgs(alice.address, bob.address, 1_500_001n);
    await expect(transfer).to.emit(poolETH, "TransferShares").withArgs(alice.address, bob.address, shares);
    expect(await poolETH.sharesOf(bob)).to.equal(shares);
    expect(await poolETH.sharesOf(alice)).to.equal(10n * ETHER - shares);
  });

  it("changes nothing when shares go to their own holder", async () => {
    const { poolETH } = suite();
    const [alice] = await strangers(suite());
    await poolETH.connect(alice).transferShares(alice, ETHER);
    expect(await poolETH.sharesOf(alice)).to.equal(10n * ETHER);
    expect(await poolETH.totalShares()).to.equal(10n * ETHER + LOCKED_SHARES);
  });

  it("H74 reverts when shares would go to zero or to the token itself", async () => {
    const { poolETH } = suite();
    const [alice] = await strangers(suite());
    for (const receiver of [ZERO_ADDRESS, await poolETH.getAddress()])
      await expect(poolETH.connect(alice).transferShares(receiver, 1n))
        .to.be.revertedWithCustomError(poolETH, "ERC20InvalidReceiver")
        .withArgs(receiver);
  });

  it("reverts when the holder has fewer shares", async () => {
    const { poolETH } = suite();
    const [alice, bob] = await strangers(suite());
    await expect(poolETH.connect(bob).transferShares(alice, 1n))
      .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
      .withArgs(bob.address, 0n, 1n);
  });

  it("H24 spends an allowance of at least one wei when a share is worth half of one", async () => {
    const { poolETH } = suite();
    const [alice, bob] = await strangers(suite());
    await loseTo(suite(), await etherAt(suite(), 1n, 2n));
    expect(await poolETH.toEtherDown(1n)).to.equal(0n);

    await expect(poolETH.connect(bob).transferSharesFrom(alice, bob, 1n))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(bob.address, 0n, 1n);

    await poolETH.connect(alice).approve(bob, 1n);
    await poolETH.connect(bob).transferSharesFrom(alice, bob, 1n);
    expect(await poolETH.allowance(alice, bob)).to.equal(0n);
    expect(await poolETH.sharesOf(bob)).to.equal(1n);
  });

  it("H24 rounds the spent allowance up, and the event's amount down", async () => {
    const { poolETH } = suite();
    const [alice, bob, carol] = await strangers(suite());
    await gainTo(suite(), await etherAt(suite(), 3n, 2n));
    await poolETH.connect(alice).approve(bob, 10n);

    await expect(poolETH.connect(bob).transferSharesFrom(alice, carol, 3n))
      .to.emit(poolETH, "Transfer")
      .withArgs(alice.address, carol.address, 4n);
    expect(await poolETH.allowance(alice, bob)).to.equal(5n);
  });

  it("H25 still sells shares for the smallest deposit when one is worth a hundred wei", async () => {
    const { poolETH } = suite();
    const [, bob] = await strangers(suite());
    await gainTo(suite(), await etherAt(suite(), 100n, 1n));
    await depositFor(suite(), bob, ETHER / 1_000n);
    expect(await poolETH.sharesOf(bob)).to.equal(ETHER / 100_000n);
  });

  it("H23 I2 I3 I5 moves up to two wei less than asked, and never more", async () => {
    const { poolETH } = suite();
    const [alice, bob] = await strangers(suite());
    const shares = await poolETH.totalShares();

    for (const [numerator, denominator] of [
      [1_000_000_007n, 1_000_000_000n],
      [3n, 2n],
      [7n, 3n],
    ] as const) {
      await gainTo(suite(), await etherAt(suite(), numerator, denominator));
      const total = await poolETH.totalPooledEther();
      await fc.assert(
        fc.asyncProperty(fc.bigInt(0n, 10n ** 17n), async (amount) => {
          const before = await poolETH.balanceOf(alice);
          await poolETH.connect(alice).transfer(bob, amount);

          const [rest, received] = [await poolETH.balanceOf(alice), await poolETH.balanceOf(bob)];
          const lost = before - rest;
          expect(lost <= amount && amount - lost <= 2n, `alice lost ${lost} for ${amount}`).to.equal(true);
          expect(await poolETH.sharesOf(bob)).to.equal((amount * shares) / total);
          expect(received).to.equal(((await poolETH.sharesOf(bob)) * total) / shares);
          expect([await poolETH.totalShares(), await poolETH.totalPooledEther()]).to.deep.equal([shares, total]);
          const dust = total - rest - received - (await poolETH.balanceOf(DEAD));
          expect(dust >= 0n && dust < 3n, `${dust} wei belong to nobody`).to.equal(true);
          await poolETH.connect(bob).transferShares(alice, await poolETH.sharesOf(bob));
        }),
        { numRuns: 15 },
      );
    }
  });

  it("I1 I3 tells the same rate in all its views", async () => {
    const { poolETH } = suite();
    const [alice] = await strangers(suite());
    await gainTo(suite(), await etherAt(suite(), 7n, 3n));
    const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];

    expect((await poolETH.sharesOf(alice)) + (await poolETH.sharesOf(DEAD))).to.equal(shares);
    expect(await poolETH.totalSupply()).to.equal(total);
    expect(await poolETH.shareRateRay()).to.equal((total * 10n ** 27n) / shares);
    expect(await poolETH.toSharesDown(1_000n)).to.equal((1_000n * shares) / total);
    expect(await poolETH.toEtherDown(1_000n)).to.equal((1_000n * total) / shares);
    expect(await poolETH.toEtherUp(1_000n)).to.equal((1_000n * total + shares - 1n) / shares);
    expect(await poolETH.toEtherUp(shares)).to.equal(total);
  });
});
