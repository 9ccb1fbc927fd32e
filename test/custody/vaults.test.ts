import { expect } from "chai";

import { depositFor, ETHER, etherOf, impersonate, LOCKED_SHARES, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite } from "../helpers/suite.ts";

describe("The vaults", () => {
  const suite = useSuite(deploySuite);

  it("pass all their ether on to the pool, whoever asks, and mint nothing for it", async () => {
    const { poolETH, withdrawalVault, rewardsVault } = suite();
    const [alice, bob] = await strangers(suite());
    await depositFor(suite(), alice, ETHER);
    let collected = 0n;
    for (const [vault, ethAmount] of [
      [withdrawalVault, 5n * ETHER],
      [rewardsVault, 3n],
    ] as const) {
      await bob.sendTransaction({ to: vault, value: ethAmount });
      expect(await vault.connect(bob).collect.staticCall()).to.equal(ethAmount);
      const collection = vault.connect(bob).collect();
      await expect(collection).to.emit(vault, "Collected").withArgs(ethAmount);
      await expect(collection)
        .to.emit(poolETH, "CollectedFrom")
        .withArgs(await vault.getAddress(), ethAmount);
      collected += ethAmount;
      expect(await etherOf(suite(), vault)).to.equal(0n);
      expect(await poolETH.totalCollected()).to.equal(collected);
    }
    expect(await etherOf(suite(), poolETH)).to.equal(ETHER + LOCKED_SHARES + collected);
    expect(await poolETH.totalShares()).to.equal(ETHER + LOCKED_SHARES);
    expect(await poolETH.totalPooledEther()).to.equal(ETHER + LOCKED_SHARES);
  });

  it("say nothing and call nobody when they are empty", async () => {
    const { withdrawalVault, rewardsVault } = suite();
    for (const vault of [withdrawalVault, rewardsVault]) {
      expect(await vault.collect.staticCall()).to.equal(0n);
      const receipt = await (await vault.collect()).wait();
      expect(receipt?.logs).to.deep.equal([]);
    }
  });

  it("take ether that no call brings", async () => {
    const { rewardsVault, poolETH, chain } = suite();
    await chain.networkHelpers.setBalance(await rewardsVault.getAddress(), 7n * ETHER);
    await rewardsVault.collect();
    expect(await poolETH.totalCollected()).to.equal(7n * ETHER);
  });

  it("are the only ones from whom the pool takes ether as collected", async () => {
    const { poolETH, withdrawalVault, accounting, poolManager, admin } = suite();
    for (const caller of [admin, await impersonate(suite(), accounting), await impersonate(suite(), poolManager)])
      await expect(poolETH.connect(caller).receiveCollected({ value: 1n }))
        .to.be.revertedWithCustomError(poolETH, "CallerNotPeer")
        .withArgs(caller.address, await withdrawalVault.getAddress());
    expect(await poolETH.totalCollected()).to.equal(0n);
  });
});
