import { expect } from "chai";
import { MaxUint256 } from "ethers";

import { DEAD, depositFor, ETHER, LOCKED_SHARES, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

/** Alice holds ten ether; one share is one wei. */
async function deployWithHolder(): Promise<TestSuite> {
  const suite = await deploySuite();
  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 10n * ETHER);
  return suite;
}

async function setup(suite: TestSuite) {
  const [alice, bob, carol] = await strangers(suite);
  return { poolETH: suite.poolETH, pool: await suite.poolETH.getAddress(), alice, bob, carol };
}

describe("PoolETH as an ERC-20", () => {
  const suite = useSuite(deployWithHolder);

  it("describes itself", async () => {
    const { poolETH, alice } = await setup(suite());
    expect(await poolETH.name()).to.equal("poolETH");
    expect(await poolETH.symbol()).to.equal("poolETH");
    expect(await poolETH.decimals()).to.equal(18);
    expect(await poolETH.totalSupply()).to.equal(10n * ETHER + LOCKED_SHARES);
    expect(await poolETH.balanceOf(alice)).to.equal(10n * ETHER);
  });

  it("I6 locks the first shares at an address that nobody has the key of", async () => {
    const { poolETH } = await setup(suite());
    expect(await poolETH.sharesOf(DEAD)).to.equal(LOCKED_SHARES);
    expect(await poolETH.totalShares()).to.equal(10n * ETHER + LOCKED_SHARES);
  });

  describe("transfer", () => {
    it("moves the amount and says so twice, in ether and in shares", async () => {
      const { poolETH, alice, bob } = await setup(suite());
      const transfer = poolETH.connect(alice).transfer(bob, 3n * ETHER);

      await expect(transfer)
        .to.emit(poolETH, "Transfer")
        .withArgs(alice.address, bob.address, 3n * ETHER);
      await expect(transfer)
        .to.emit(poolETH, "TransferShares")
        .withArgs(alice.address, bob.address, 3n * ETHER);
      expect(await poolETH.balanceOf(alice)).to.equal(7n * ETHER);
      expect(await poolETH.balanceOf(bob)).to.equal(3n * ETHER);
    });

    it("H74 changes nothing when the receiver is the sender", async () => {
      const { poolETH, alice } = await setup(suite());
      await expect(poolETH.connect(alice).transfer(alice, 4n * ETHER))
        .to.emit(poolETH, "Transfer")
        .withArgs(alice.address, alice.address, 4n * ETHER);
      expect(await poolETH.sharesOf(alice)).to.equal(10n * ETHER);
    });

    it("H74 takes zero as any other amount", async () => {
      const { poolETH, bob, carol } = await setup(suite());
      await expect(poolETH.connect(bob).transfer(carol, 0n))
        .to.emit(poolETH, "Transfer")
        .withArgs(bob.address, carol.address, 0n);
    });

    it("H74 reverts when the receiver is zero or the token itself", async () => {
      const { poolETH, pool, alice } = await setup(suite());
      for (const receiver of [ZERO_ADDRESS, pool])
        await expect(poolETH.connect(alice).transfer(receiver, 1n))
          .to.be.revertedWithCustomError(poolETH, "ERC20InvalidReceiver")
          .withArgs(receiver);
    });

    it("reverts when the sender has less", async () => {
      const { poolETH, alice, bob } = await setup(suite());
      await expect(poolETH.connect(alice).transfer(bob, 10n * ETHER + 1n))
        .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
        .withArgs(alice.address, 10n * ETHER, 10n * ETHER + 1n);
    });

    it("reverts when the amount is more than the whole pool, whose shares could overflow", async () => {
      const { poolETH, alice, bob } = await setup(suite());
      for (const amount of [(await poolETH.totalSupply()) + 1n, MaxUint256])
        await expect(poolETH.connect(alice).transfer(bob, amount))
          .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientBalance")
          .withArgs(alice.address, await poolETH.balanceOf(alice), amount);
    });
  });

  describe("approve and transferFrom", () => {
    it("sets an allowance, and replaces it", async () => {
      const { poolETH, alice, bob } = await setup(suite());
      await poolETH.connect(alice).approve(bob, 5n);
      await expect(poolETH.connect(alice).approve(bob, 3n))
        .to.emit(poolETH, "Approval")
        .withArgs(alice.address, bob.address, 3n);
      expect(await poolETH.allowance(alice, bob)).to.equal(3n);
    });

    it("spends the allowance", async () => {
      const { poolETH, alice, bob, carol } = await setup(suite());
      await poolETH.connect(alice).approve(bob, 5n * ETHER);
      await poolETH.connect(bob).transferFrom(alice, carol, 2n * ETHER);

      expect(await poolETH.allowance(alice, bob)).to.equal(3n * ETHER);
      expect(await poolETH.balanceOf(alice)).to.equal(8n * ETHER);
      expect(await poolETH.balanceOf(carol)).to.equal(2n * ETHER);
    });

    it("H74 never spends an infinite allowance", async () => {
      const { poolETH, alice, bob, carol } = await setup(suite());
      await poolETH.connect(alice).approve(bob, MaxUint256);
      await poolETH.connect(bob).transferFrom(alice, carol, 2n * ETHER);
      await poolETH.connect(bob).transferSharesFrom(alice, carol, ETHER);

      expect(await poolETH.allowance(alice, bob)).to.equal(MaxUint256);
      expect(await poolETH.balanceOf(carol)).to.equal(3n * ETHER);
    });

    it("reverts when the allowance is smaller", async () => {
      const { poolETH, alice, bob, carol } = await setup(suite());
      await poolETH.connect(alice).approve(bob, ETHER - 1n);
      await expect(poolETH.connect(bob).transferFrom(alice, carol, ETHER))
        .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
        .withArgs(bob.address, ETHER - 1n, ETHER);
    });

    it("needs an allowance from oneself, too", async () => {
      const { poolETH, alice, bob } = await setup(suite());
      await expect(poolETH.connect(alice).transferFrom(alice, bob, 1n))
        .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
        .withArgs(alice.address, 0n, 1n);
    });

    it("reverts when the allowance is there and the shares are not", async () => {
      const { poolETH, alice, bob, carol } = await setup(suite());
      await poolETH.connect(carol).approve(bob, ETHER);
      await expect(poolETH.connect(bob).transferFrom(carol, alice, ETHER))
        .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
        .withArgs(carol.address, 0n, ETHER);
    });

    it("H74 reverts when the receiver is zero or the token itself", async () => {
      const { poolETH, pool, alice, bob } = await setup(suite());
      await poolETH.connect(alice).approve(bob, ETHER);
      for (const receiver of [ZERO_ADDRESS, pool])
        await expect(poolETH.connect(bob).transferFrom(alice, receiver, 1n))
          .to.be.revertedWithCustomError(poolETH, "ERC20InvalidReceiver")
          .withArgs(receiver);
    });

    it("reverts when the spender is zero", async () => {
      const { poolETH, alice } = await setup(suite());
      await expect(poolETH.connect(alice).approve(ZERO_ADDRESS, 1n))
        .to.be.revertedWithCustomError(poolETH, "ERC20InvalidSpender")
        .withArgs(ZERO_ADDRESS);
    });

    it("reverts when the holder is zero, whatever the amount", async () => {
      const { poolETH, bob, carol } = await setup(suite());
      for (const move of [poolETH.connect(bob).transferFrom, poolETH.connect(bob).transferSharesFrom])
        await expect(move(ZERO_ADDRESS, carol, 0n))
          .to.be.revertedWithCustomError(poolETH, "ERC20InvalidApprover")
          .withArgs(ZERO_ADDRESS);
    });
  });
});
