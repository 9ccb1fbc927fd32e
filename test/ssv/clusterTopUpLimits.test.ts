import { expect } from "chai";
import type { BytesLike } from "ethers";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { liquidationCollateral } from "../../src/ssv/fees.ts";
import { etherOf } from "../helpers/accounts.ts";
import { BURN_RATE, deployRunning, feeTerms, MIN_RUNWAY, poolCluster, RUNWAY } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";

const VALIDATORS = 2n;
const BURNED_A_BLOCK = VALIDATORS * BURN_RATE;

/** Whoever liquidates a cluster gets what is in it, so what a top-up pays must not be what he gets. */
describe("ClusterManager.topUp of a cluster that anybody may liquidate", () => {
  const suite = useSuite(async () => {
    const running = await deployRunning(Number(VALIDATORS));
    // New terms take more than the cluster has.
    await running.ssvNetwork.updateLiquidationThresholdPeriod(2n * RUNWAY);
    return running;
  });
  const reserveOf = async (wei: bigint): Promise<void> => {
    await suite().chain.networkHelpers.setBalance(await suite().clusterManager.getAddress(), wei);
  };
  /** What the cluster lacks in the next block for its collateral, and so many blocks. */
  const lacking = async (blocks: bigint): Promise<bigint> => {
    const { balance } = await poolCluster(suite());
    const collateral = liquidationCollateral(await feeTerms(suite()), VALIDATORS * 10_000n);
    return collateral + (blocks + 1n) * BURNED_A_BLOCK - balance;
  };

  it("H17 H18 pays nothing that would not save it: who tops up and liquidates at once gets no ether of the reserve", async () => {
    const { clusterManager, ssvNetwork, chain } = suite();
    const thief = await chain.ethers.deployContract("HostilePolicy");
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    const amount = (await lacking(0n)) - BURNED_A_BLOCK - 1n;
    await reserveOf(amount);
    const call = (target: { getAddress(): Promise<string> }, data: BytesLike) =>
      target.getAddress().then((address) => ({ target: address, value: 0n, data }));
    const toppedUp = { ...cluster, balance: cluster.balance + amount };
    const steal = [
      await call(clusterManager, clusterManager.interface.encodeFunctionData("topUp", [operatorIds, cluster])),
      await call(ssvNetwork, ssvNetwork.interface.encodeFunctionData("liquidate", [owner, operatorIds, toppedUp])),
    ];
    await expect(thief.execute(steal)).to.be.revertedWithCustomError(clusterManager, "InsufficientReserve");
    expect([balance > 0n, await clusterManager.reserve(), await etherOf(suite(), thief)]).to.deep.equal([
      true,
      amount,
      0n,
    ]);
  });

  it("saves it when the reserve suffices for the least runway, and not for a wei less", async () => {
    const { clusterManager, ssvViews, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    expect(await ssvViews.isLiquidatable(owner, operatorIds, cluster)).to.equal(true);
    const amount = await lacking(MIN_RUNWAY);
    await reserveOf(amount - 1n);
    await expect(clusterManager.topUp.staticCall(operatorIds, cluster, { blockTag: "pending" }))
      .to.be.revertedWithCustomError(clusterManager, "InsufficientReserve")
      .withArgs(amount - 1n, amount);
    await reserveOf(await lacking(MIN_RUNWAY));
    await expect(clusterManager.connect(treasury).topUp(operatorIds, cluster))
      .to.emit(clusterManager, "ClusterToppedUp")
      .withArgs(treasury.address, amount, 0n);
    const saved = await poolCluster(suite());
    expect(await ssvViews.isLiquidatable(owner, operatorIds, saved.cluster)).to.equal(false);
    expect(await clusterManager.runwayOf(operatorIds, saved.cluster)).to.equal(MIN_RUNWAY);
  });
});

describe("ClusterManager.topUp with a reserve that does not suffice", () => {
  const suite = useSuite(() => deployRunning(Number(VALIDATORS)));

  it("H17 pays all of it into a cluster that nobody may liquidate yet, to the last block", async () => {
    const { clusterManager, ssvViews, treasury, chain } = suite();
    // The transaction's own block is the last one of the runway.
    await chain.networkHelpers.mine(RUNWAY - 1n);
    await chain.networkHelpers.setBalance(await clusterManager.getAddress(), BURNED_A_BLOCK);
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    const collateral = liquidationCollateral(await feeTerms(suite()), VALIDATORS * 10_000n);
    expect(balance).to.equal(collateral + BURNED_A_BLOCK);
    await expect(clusterManager.connect(treasury).topUp(operatorIds, cluster))
      .to.emit(clusterManager, "ClusterToppedUp")
      .withArgs(treasury.address, BURNED_A_BLOCK, 0n);
    const longer = await poolCluster(suite());
    expect(await clusterManager.runwayOf(operatorIds, longer.cluster)).to.equal(1n);
    await chain.networkHelpers.mine(1);
    expect(await ssvViews.isLiquidatable(owner, operatorIds, longer.cluster)).to.equal(false);
  });
});

describe("ClusterManager.topUp of a cluster that lost an operator", () => {
  const suite = useSuite(() => deployRunning(Number(VALIDATORS)));

  for (const ethEach of [32n, 64n])
    it(`H17 fills it for validators of ${ethEach} ETH, by the fees of the others`, async () => {
      const { clusterManager, ssvNetwork, admin, chain } = suite();
      const owner = (await chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
      await clusterManager.connect(admin).setMaxEffectiveBalance(ethEach);
      await ssvNetwork.connect(owner).removeOperator(4n);
      await chain.networkHelpers.mine(RUNWAY);
      const { operatorIds, cluster } = await poolCluster(suite());
      await clusterManager.topUp(operatorIds, cluster);
      const { reported, maximum } = await clusterManager.clusterStatus(
        operatorIds,
        (await poolCluster(suite())).cluster,
      );
      const burned = VALIDATORS * (3n * 1_770_000_000n + 3_366_600_000n);
      expect([reported.burnRate, maximum.burnRate]).to.deep.equal([burned, (burned * ethEach) / 32n]);
      expect(maximum.runwayBlocks).to.equal(RUNWAY);
    });
});
