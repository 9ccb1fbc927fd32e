import { expect } from "chai";
import hre from "hardhat";

import { liquidationCollateral } from "../../src/ssv/fees.ts";
import { activate } from "../helpers/activation.ts";
import { etherOf, mined } from "../helpers/accounts.ts";
import {
  BURN_RATE,
  deployRunning,
  feeTerms,
  liquidate,
  MIN_RUNWAY,
  poolCluster,
  RUNWAY,
  updateEffectiveBalance,
} from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployFunded, ETHER, newBatch, withOperators } from "../helpers/registry.ts";

const VALIDATORS = 2n;
const BURNED_A_BLOCK = VALIDATORS * BURN_RATE;
/** What a top-up pays into the cluster in the first block in which it is possible. */
const FILLED = (RUNWAY - MIN_RUNWAY + 1n) * BURNED_A_BLOCK;
const GWEI = 1_000_000_000n;
/** With four operators. */
const COMPENSATED_GAS = 147_000n;

/** A cluster that runs for the minimum, so that in the next block it is short. */
async function deployAlmostShort() {
  const suite = await deployRunning(Number(VALIDATORS));
  await suite.chain.networkHelpers.mine(RUNWAY - MIN_RUNWAY);
  return suite;
}

/** Compensated is what a call takes, with little on top. Code that is watched for coverage takes more. */
function checkGas(gasUsed: bigint, least: bigint, most: bigint): void {
  if (!hre.globalOptions.coverage) expect(gasUsed).to.be.within(least, most);
}

describe("ClusterManager.topUp", () => {
  const suite = useSuite(deployAlmostShort);
  const topUp = async (overrides = {}) => {
    const { operatorIds, cluster } = await poolCluster(suite());
    return suite().clusterManager.connect(suite().treasury).topUp(operatorIds, cluster, overrides);
  };
  const price = async (baseFeeGwei: bigint, tipGwei: bigint) => {
    await suite().chain.networkHelpers.setNextBlockBaseFeePerGas(baseFeeGwei * GWEI);
    return { maxFeePerGas: (baseFeeGwei + tipGwei) * GWEI, maxPriorityFeePerGas: tipGwei * GWEI };
  };

  it("fills a cluster that is short up to its runway", async () => {
    const { clusterManager, ssvNetwork, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    const reserve = await clusterManager.reserve();
    const sent = topUp(await price(1n, 1n));
    const compensation = COMPENSATED_GAS * 2n * GWEI;
    await expect(sent).to.emit(clusterManager, "ClusterToppedUp").withArgs(treasury.address, FILLED, compensation);
    await expect(sent)
      .to.emit(ssvNetwork, "ClusterDeposited")
      .withArgs(owner, operatorIds, FILLED, Object.values({ ...cluster, balance: cluster.balance + FILLED }));
    expect(await clusterManager.runwayOf(operatorIds, (await poolCluster(suite())).cluster)).to.equal(RUNWAY);
    expect(await clusterManager.reserve()).to.equal(reserve - FILLED - compensation);
  });

  it("reverts while the cluster runs for the minimum", async () => {
    const { clusterManager } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    // A call looks at the newest block, a transaction at the next one.
    await expect(clusterManager.topUp.staticCall(operatorIds, cluster, { blockTag: "latest" }))
      .to.be.revertedWithCustomError(clusterManager, "RunwaySufficient")
      .withArgs(MIN_RUNWAY, MIN_RUNWAY);
    await topUp();
    await expect(topUp())
      .to.be.revertedWithCustomError(clusterManager, "RunwaySufficient")
      .withArgs(RUNWAY - 1n, MIN_RUNWAY);
  });

  for (const { what, baseFee, tip, paid } of [
    { what: "the gas price paid", baseFee: 10n, tip: 1n, paid: COMPENSATED_GAS * 11n * GWEI },
    { what: "a tip of 2 Gwei, and no more of one", baseFee: 10n, tip: 9n, paid: COMPENSATED_GAS * 12n * GWEI },
    { what: "0.01 ETH, and no more however dear gas is", baseFee: 500n, tip: 1n, paid: ETHER / 100n },
  ])
    it(`compensates the caller for ${what}`, async () => {
      const { treasury } = suite();
      const before = await etherOf(suite(), treasury);
      const { fee, gasUsed } = await mined(topUp(await price(baseFee, tip)));
      expect(await etherOf(suite(), treasury)).to.equal(before - fee + paid);
      checkGas(gasUsed, (COMPENSATED_GAS * 9n) / 10n, COMPENSATED_GAS);
    });

  it("puts all of a reserve that does not suffice into the cluster, and compensates nobody", async () => {
    const { clusterManager, treasury, chain } = suite();
    const address = await clusterManager.getAddress();
    await chain.networkHelpers.setBalance(address, FILLED - 1n);
    await expect(topUp())
      .to.emit(clusterManager, "ClusterToppedUp")
      .withArgs(treasury.address, FILLED - 1n, 0n);
    expect(await clusterManager.reserve()).to.equal(0n);
  });

  it("compensates with what is left", async () => {
    const { clusterManager, treasury, chain } = suite();
    await chain.networkHelpers.setBalance(await clusterManager.getAddress(), FILLED + 5n);
    await expect(topUp()).to.emit(clusterManager, "ClusterToppedUp").withArgs(treasury.address, FILLED, 5n);
    expect(await clusterManager.reserve()).to.equal(0n);
  });

  it("reverts when the reserve is empty", async () => {
    const { clusterManager, chain } = suite();
    await chain.networkHelpers.setBalance(await clusterManager.getAddress(), 0n);
    await expect(topUp()).to.be.revertedWithCustomError(clusterManager, "InsufficientReserve").withArgs(0n, FILLED);
  });

  it("tops up for a caller who refuses ether", async () => {
    const { clusterManager, chain } = suite();
    const account = await chain.ethers.deployContract("ReentrantAccount");
    await account.refuse(true);
    const { operatorIds, cluster } = await poolCluster(suite());
    const call = clusterManager.interface.encodeFunctionData("topUp", [operatorIds, cluster]);
    const reserve = await clusterManager.reserve();
    await account.execute(clusterManager, 0n, call);
    const [event] = await clusterManager.queryFilter(clusterManager.filters.ClusterToppedUp(account));
    expect([event?.args.ethAmount, event?.args.compensation]).to.deep.equal([
      reserve - (await clusterManager.reserve()),
      0n,
    ]);
  });

  it("H66 pays a caller who calls back once, after the cluster is full", async () => {
    const { clusterManager, poolETH, chain } = suite();
    const account = await chain.ethers.deployContract("ReentrantAccount");
    const { operatorIds, cluster } = await poolCluster(suite());
    const call = clusterManager.interface.encodeFunctionData("topUp", [operatorIds, cluster]);
    await account.arm(poolETH, clusterManager, 0n, call);
    await account.execute(clusterManager, 0n, call);
    expect([await account.called(), await account.succeeded()]).to.deep.equal([true, false]);
    const events = await clusterManager.queryFilter(clusterManager.filters.ClusterToppedUp());
    expect(events.map(({ args }) => args.compensation)).to.deep.equal([await etherOf(suite(), account)]);
  });

  it("H16 reverts for a snapshot that anybody outdated, and works with the newest one", async () => {
    const { clusterManager, ssvNetwork, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value: 1n });
    await expect(clusterManager.topUp(operatorIds, cluster)).to.be.revertedWithCustomError(
      ssvNetwork,
      "IncorrectClusterState",
    );
    await expect(topUp()).to.emit(clusterManager, "ClusterToppedUp");
  });

  it("reverts for a liquidated cluster, and for one that pretends to run", async () => {
    const { clusterManager, ssvNetwork } = suite();
    await liquidate(suite());
    const { operatorIds, cluster } = await poolCluster(suite());
    await expect(topUp()).to.be.revertedWithCustomError(ssvNetwork, "ClusterIsLiquidated");
    await expect(clusterManager.topUp(operatorIds, { ...cluster, active: true })).to.be.revertedWithCustomError(
      ssvNetwork,
      "IncorrectClusterState",
    );
  });

  it("H17 saves a cluster in the last block before its liquidation", async () => {
    const { ssvViews, chain } = suite();
    await chain.networkHelpers.mine(MIN_RUNWAY);
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    expect(balance).to.equal(liquidationCollateral(await feeTerms(suite()), VALIDATORS * 10_000n));
    expect(await ssvViews.isLiquidatable(owner, operatorIds, cluster)).to.equal(false);
    await topUp();
    const saved = await poolCluster(suite());
    expect(await ssvViews.isLiquidatable(owner, operatorIds, saved.cluster)).to.equal(false);
    expect(await suite().clusterManager.runwayOf(operatorIds, saved.cluster)).to.equal(RUNWAY);
  });

  it("H17 fills it for validators as large as they may become, so that learning of them liquidates nothing", async () => {
    const { clusterManager, admin } = suite();
    await clusterManager.depositReserve({ value: 10n * ETHER });
    await clusterManager.connect(admin).setMaxEffectiveBalance(2_048);
    await topUp();
    const { operatorIds, cluster } = await poolCluster(suite());
    expect((await clusterManager.clusterStatus(operatorIds, cluster)).maximum.runwayBlocks).to.equal(RUNWAY);

    await updateEffectiveBalance(suite(), VALIDATORS * 2_048n);
    const after = await poolCluster(suite());
    expect(after.cluster.active).to.equal(true);
    // Four votes and an update took five blocks; one of them burned for the larger validators.
    expect(await clusterManager.runwayOf(operatorIds, after.cluster)).to.be.within(RUNWAY - 4n, RUNWAY);
  });
});

describe("ClusterManager.topUp of a cluster of 13 operators", () => {
  const suite = useSuite(async () => withOperators(await deployFunded(100n), 13));

  it("compensates for what looking up more operators takes", async () => {
    const { clusterManager, treasury, chain } = suite();
    const { ceremony, batchId } = await newBatch(suite(), 1);
    await activate(suite(), ceremony, batchId, 0, 1);
    await chain.networkHelpers.mine(RUNWAY - MIN_RUNWAY);
    const { operatorIds, cluster } = await poolCluster(suite());
    expect(operatorIds).to.have.length(13);
    await chain.networkHelpers.setNextBlockBaseFeePerGas(GWEI);
    const gasPrice = { maxFeePerGas: 2n * GWEI, maxPriorityFeePerGas: GWEI };
    const { gasUsed } = await mined(clusterManager.connect(treasury).topUp(operatorIds, cluster, gasPrice));
    const [event] = await clusterManager.queryFilter(clusterManager.filters.ClusterToppedUp());
    expect(event?.args.compensation).to.equal(219_000n * 2n * GWEI);
    checkGas(gasUsed, 200_000n, 219_000n);
  });
});

describe("ClusterManager.reactivate", () => {
  const suite = useSuite(async () => {
    const running = await deployRunning(Number(VALIDATORS));
    await liquidate(running);
    return running;
  });
  const needed = async () => liquidationCollateral(await feeTerms(suite()), 20_000n) + RUNWAY * BURNED_A_BLOCK;

  it("lets a liquidated cluster run again with all of its runway", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const [reserve, required] = [await clusterManager.reserve(), await needed()];
    const sent = clusterManager.connect(operator).reactivate(operatorIds, cluster);
    await expect(sent).to.emit(clusterManager, "ReactivationFunded").withArgs(required);
    await expect(sent).to.emit(ssvNetwork, "ClusterReactivated");
    const after = await poolCluster(suite());
    expect([after.cluster.active, after.balance]).to.deep.equal([true, required]);
    expect(await clusterManager.runwayOf(operatorIds, after.cluster)).to.equal(RUNWAY);
    expect(await clusterManager.reserve()).to.equal(reserve - required);
  });

  it("counts what the liquidated cluster was paid", async () => {
    const { clusterManager, ssvNetwork, operator, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value: 1_000n });
    await expect(clusterManager.connect(operator).reactivate(operatorIds, (await poolCluster(suite())).cluster))
      .to.emit(clusterManager, "ReactivationFunded")
      .withArgs((await needed()) - 1_000n);
  });

  it("funds it for validators as large as they may become", async () => {
    const { clusterManager, operator, admin } = suite();
    await clusterManager.connect(admin).setMaxEffectiveBalance(64);
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.connect(operator).reactivate(operatorIds, cluster);
    const status = await clusterManager.clusterStatus(operatorIds, (await poolCluster(suite())).cluster);
    expect(status.maximum.runwayBlocks).to.equal(RUNWAY);
  });

  it("reverts when the reserve does not suffice", async () => {
    const { clusterManager, operator, chain } = suite();
    const required = await needed();
    await chain.networkHelpers.setBalance(await clusterManager.getAddress(), required - 1n);
    const { operatorIds, cluster } = await poolCluster(suite());
    await expect(clusterManager.connect(operator).reactivate(operatorIds, cluster))
      .to.be.revertedWithCustomError(clusterManager, "InsufficientReserve")
      .withArgs(required - 1n, required);
  });

  it("reverts for a cluster that runs, and for an old snapshot of it", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const reactivate = clusterManager.connect(operator).reactivate;
    await reactivate(operatorIds, cluster);
    await expect(reactivate(operatorIds, (await poolCluster(suite())).cluster)).to.be.revertedWithCustomError(
      ssvNetwork,
      "ClusterAlreadyEnabled",
    );
    await expect(reactivate(operatorIds, cluster)).to.be.revertedWithCustomError(ssvNetwork, "IncorrectClusterState");
  });

  it("reverts for everybody but the operator", async () => {
    const { clusterManager, admin, guardian } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const { selector } = clusterManager.interface.getFunction("reactivate");
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).reactivate(operatorIds, cluster))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });
});
