import { expect } from "chai";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { activate } from "../helpers/activation.ts";
import {
  BURN_RATE,
  deployRunning,
  MIN_RUNWAY,
  packed,
  poolCluster,
  RUNWAY,
  signExitStatus,
  THRESHOLD_BLOCKS,
} from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, newBatch } from "../helpers/registry.ts";

const VALIDATORS = 2n;
const BURNED_A_BLOCK = VALIDATORS * BURN_RATE;
/** From the block of the activation until the cluster has nothing. */
const LIFE = RUNWAY + THRESHOLD_BLOCKS;
const FILLED = (THRESHOLD_BLOCKS + RUNWAY) * BURNED_A_BLOCK;

describe("ClusterManager.topUp of a cluster that nobody liquidated in time", () => {
  const suite = useSuite(() => deployRunning(Number(VALIDATORS)));
  const mine = (blocks: bigint) => suite().chain.networkHelpers.mine(blocks);
  const isLiquidatable = async () => {
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    return suite().ssvViews.isLiquidatable(owner, operatorIds, cluster);
  };

  it("H17 saves it in the last block in which it has something left", async () => {
    const { clusterManager, treasury } = suite();
    await mine(LIFE - 2n);
    const { operatorIds, cluster, balance } = await poolCluster(suite());
    expect(balance).to.equal(2n * BURNED_A_BLOCK);
    await expect(clusterManager.connect(treasury).topUp(operatorIds, cluster, { gasPrice: 2_000_000_000n }))
      .to.emit(clusterManager, "ClusterToppedUp")
      .withArgs(treasury.address, FILLED - BURNED_A_BLOCK, (value: bigint) => value > 0n);
    const saved = await poolCluster(suite());
    expect([saved.balance, await isLiquidatable()]).to.deep.equal([FILLED, false]);
  });

  for (const late of [0n, 1n, 800_000n])
    it(`H17 H18 reverts ${late} blocks after it has used up all, and keeps the reserve`, async () => {
      const { clusterManager, treasury } = suite();
      await mine(LIFE - 1n + late);
      const { operatorIds, cluster } = await poolCluster(suite());
      const reserve = await clusterManager.reserve();
      await expect(clusterManager.connect(treasury).topUp(operatorIds, cluster)).to.be.revertedWithCustomError(
        clusterManager,
        "ClusterUsedUp",
      );
      expect(await clusterManager.reserve()).to.equal(reserve);
      // Who has an empty reserve hears the same, so that nobody fills it for nothing.
      await suite().chain.networkHelpers.setBalance(await clusterManager.getAddress(), 0n);
      await expect(
        clusterManager.topUp.staticCall(operatorIds, cluster, { blockTag: "pending" }),
      ).to.be.revertedWithCustomError(clusterManager, "ClusterUsedUp");
    });

  it("H17 saves it again once somebody has paid what it owed and a wei on top, and not before", async () => {
    const { clusterManager, ssvNetwork, treasury } = suite();
    const late = 1_000n;
    await mine(LIFE + late - 3n);
    const payIn = async (value: bigint) => {
      const { owner, operatorIds, cluster } = await poolCluster(suite());
      await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value });
      return poolCluster(suite());
    };
    const owed = late * BURNED_A_BLOCK;
    const debtor = await payIn(owed);
    expect(debtor.balance).to.equal(2n * BURNED_A_BLOCK);
    await mine(1n);
    // Nothing is left in the block of the call.
    const topUp = (cluster: typeof debtor.cluster) =>
      clusterManager.connect(treasury).topUp(debtor.operatorIds, cluster, { gasPrice: 2_000_000_000n });
    await expect(topUp(debtor.cluster)).to.be.revertedWithCustomError(clusterManager, "ClusterUsedUp");
    const solvent = await payIn(BURNED_A_BLOCK + 1n);
    expect(solvent.balance).to.equal(BURNED_A_BLOCK + 1n);
    await expect(topUp(solvent.cluster))
      .to.emit(clusterManager, "ClusterToppedUp")
      .withArgs(treasury.address, FILLED - 1n, (value: bigint) => value > 0n);
    expect([(await poolCluster(suite())).balance, await isLiquidatable()]).to.deep.equal([FILLED, false]);
  });

  it("H17 leaves a liquidation that forgives what it owes, and a reactivation for all of the runway", async () => {
    const { clusterManager, ssvNetwork, operator, treasury } = suite();
    await mine(LIFE + 800_000n);
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    const status = await clusterManager.clusterStatus(operatorIds, cluster);
    expect([balance, status.missing, status.isShort]).to.deep.equal([0n, FILLED, true]);
    await ssvNetwork.connect(treasury).liquidate(owner, operatorIds, cluster);
    await expect(clusterManager.connect(operator).reactivate(operatorIds, (await poolCluster(suite())).cluster))
      .to.emit(clusterManager, "ReactivationFunded")
      .withArgs(FILLED);
    expect([(await poolCluster(suite())).balance, await isLiquidatable()]).to.deep.equal([FILLED, false]);
  });
});

describe("ClusterManager.topUp of a cluster that has nothing and burns nothing", () => {
  const suite = useSuite(() => deployFunded(100n));
  const expectEndless = async () => {
    const { clusterManager } = suite();
    const { operatorIds, cluster, balance } = await poolCluster(suite());
    expect([cluster.active, balance]).to.deep.equal([true, 0n]);
    await expect(clusterManager.topUp(operatorIds, cluster))
      .to.be.revertedWithCustomError(clusterManager, "RunwaySufficient")
      .withArgs(2n ** 256n - 1n, MIN_RUNWAY);
  };

  it("finds it used up for validators alone, and endless without them", async () => {
    const { clusterManager, chain } = suite();
    const { ceremony, batchId } = await newBatch(suite(), 1);
    await activate(suite(), ceremony, batchId, 0, 1);
    await chain.networkHelpers.mine(LIFE);
    const { operatorIds, cluster } = await poolCluster(suite());
    await expect(clusterManager.topUp(operatorIds, cluster)).to.be.revertedWithCustomError(
      clusterManager,
      "ClusterUsedUp",
    );
    const pubkeys = ceremony.keys.map(({ pubkey }) => pubkey);
    const signatures = await signExitStatus(suite(), pubkeys, 1n);
    await clusterManager.remove(packed(pubkeys), operatorIds, cluster, 1n, signatures);
    await expectEndless();
  });

  it("finds it endless without fees", async () => {
    const { ssvNetwork, chain, operators } = suite();
    const owner = (await chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
    await ssvNetwork.updateNetworkFee(0n);
    await ssvNetwork.updateMinimumLiquidationCollateral(0n);
    for (const { id } of operators) await ssvNetwork.connect(owner).reduceOperatorFee(id, 0n);
    const { ceremony, batchId } = await newBatch(suite(), 1);
    await activate(suite(), ceremony, batchId, 0, 1);
    await expectEndless();
  });
});
