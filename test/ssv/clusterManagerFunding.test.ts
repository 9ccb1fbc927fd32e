import { expect } from "chai";

import { requiredFunding, runwayBlocks, vUnitsOfBalance, type FeeTerms } from "../../src/ssv/fees.ts";
import { activate } from "../helpers/activation.ts";
import { feeTerms, poolCluster, RUNWAY, updateEffectiveBalance } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, newBatch, withOperators } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";

/** Code that answers a call of four bytes with zero, and any other call with nothing. */
const ANSWERS_SHORT_QUESTIONS = "0x36600414600857005b60205ff3";
/** Code that answers nothing, and code that reverts with `IncorrectClusterState()`. */
const ANSWERS_NOTHING = "0x00";
const REVERTS = "0x6312e04c875f526004601cfd";

type Batch = Awaited<ReturnType<typeof newBatch>>;

/** The newest snapshot of the batch's cluster, with its balance as of now. */
async function clusterOf(suite: TestSuite, { ceremony }: Batch) {
  return poolCluster(suite, [...ceremony.operatorIds]);
}

describe("ClusterManager funds a registration", () => {
  const deployed = useSuite(() => deployFunded(300n));

  for (const operators of [4, 7, 13])
    it(`exactly as the model says, with ${operators} operators`, async () => {
      const suite = await withOperators(deployed(), operators);
      const terms = await feeTerms(suite);
      const batch = await newBatch(suite, 3);
      const before = await suite.clusterManager.reserve();
      const funding = requiredFunding(0n, terms, 30_000n, RUNWAY);

      await expect(activate(suite, batch.ceremony, batch.batchId, 0, 3))
        .to.emit(suite.poolManager, "BatchActivated")
        .withArgs(batch.batchId, 0n, 3n, funding);
      const { balance } = await clusterOf(suite, batch);
      expect(balance).to.equal(funding);
      expect(await suite.clusterManager.reserve()).to.equal(before - funding);
    });

  it("so that the cluster has its runway again, whatever it burned", async () => {
    const suite = deployed();
    const terms = await feeTerms(suite);
    const batch = await newBatch(suite, 5);
    await activate(suite, batch.ceremony, batch.batchId, 0, 2);
    await suite.chain.networkHelpers.mine(10_000);
    const { balance } = await clusterOf(suite, batch);
    // The transaction's own block burns for two validators before the others come.
    const burned = runwayBurn(terms) * 2n;
    const funding = requiredFunding(balance - burned, terms, 50_000n, RUNWAY);

    await expect(activateChanged(suite, batch, [2, 5]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 2n, 3n, funding);
    const { operatorIds, cluster } = await clusterOf(suite, batch);
    expect(await suite.clusterManager.runwayOf(operatorIds, cluster)).to.equal(RUNWAY);
  });

  it("I41 for more than the least runway, after each of several", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 6);
    const { minRunwayBlocks } = await suite.clusterManager.runway();
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 6],
    ] as const) {
      await suite.chain.networkHelpers.mine(5_000);
      await activateChanged(suite, batch, [from, to]);
      const { operatorIds, cluster } = await clusterOf(suite, batch);
      expect(await suite.clusterManager.runwayOf(operatorIds, cluster)).to.be.greaterThan(minRunwayBlocks);
    }
  });

  it("by the effective balance that SSV's oracles reported", async () => {
    const suite = deployed();
    const terms = await feeTerms(suite);
    const batch = await newBatch(suite, 3);
    await activate(suite, batch.ceremony, batch.batchId, 0, 2);
    await updateEffectiveBalance(suite, 71n);

    const { operatorIds, cluster, balance } = await clusterOf(suite, batch);
    const vUnits = vUnitsOfBalance(71n);
    expect(vUnits).to.equal(22_188n);
    expect(await suite.clusterManager.runwayOf(operatorIds, cluster)).to.equal(runwayBlocks(balance, terms, vUnits));
    const funding = await suite.clusterManager.requiredFunding(operatorIds, cluster, 0, 2n * RUNWAY);
    expect(funding).to.equal(requiredFunding(balance, terms, vUnits, 2n * RUNWAY));
  });

  it("as if the new validators were as large as the others on average", async () => {
    const suite = deployed();
    const terms = await feeTerms(suite);
    const batch = await newBatch(suite, 4);
    await activate(suite, batch.ceremony, batch.batchId, 0, 2);
    await updateEffectiveBalance(suite, 128n);
    const { balance } = await clusterOf(suite, batch);
    // The transaction's own block burns for 128 ETH before the others come.
    const funding = requiredFunding(balance - runwayBurn(terms) * 4n, terms, 80_000n, RUNWAY);

    await expect(activateChanged(suite, batch, [2, 4]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 2n, 2n, funding);
    // SSV counts 32 ETH for each of them.
    const after = await clusterOf(suite, batch);
    const runway = await suite.clusterManager.runwayOf(after.operatorIds, after.cluster);
    expect(runway).to.equal(runwayBlocks(after.balance, terms, 60_000n));
    expect(runway).to.be.greaterThan(RUNWAY);
  });
});

describe("ClusterManager.runwayOf", () => {
  const deployed = useSuite(() => deployFunded(300n));

  it("falls by one block in each block", async () => {
    const suite = deployed();
    const terms = await feeTerms(suite);
    const batch = await newBatch(suite, 2);
    await activate(suite, batch.ceremony, batch.batchId, 0, 2);
    for (const mined of [1n, 1_000n]) {
      const before = await clusterOf(suite, batch);
      const runway = await suite.clusterManager.runwayOf(before.operatorIds, before.cluster);
      expect(runway).to.equal(runwayBlocks(before.balance, terms, 20_000n));
      await suite.chain.networkHelpers.mine(mined);
      expect(await suite.clusterManager.runwayOf(before.operatorIds, before.cluster)).to.equal(runway - mined);
    }
  });

  it("is zero when the cluster may be liquidated, and endless while nothing burns", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 1);
    const empty = await clusterOf(suite, batch);
    expect(await suite.clusterManager.runwayOf(empty.operatorIds, empty.cluster)).to.equal(2n ** 256n - 1n);

    await activate(suite, batch.ceremony, batch.batchId, 0, 1);
    await suite.chain.networkHelpers.mine(RUNWAY + 1n);
    const { operatorIds, owner, cluster } = await clusterOf(suite, batch);
    expect(await suite.ssvViews.isLiquidatable(owner, operatorIds, cluster)).to.equal(true);
    expect(await suite.clusterManager.runwayOf(operatorIds, cluster)).to.equal(0n);
  });
});

describe("ClusterManager.requiredFunding", () => {
  const deployed = useSuite(() => deployFunded(100n));

  it("agrees with the model for new clusters, any number of validators and any period", async () => {
    const suite = deployed();
    const terms = await feeTerms(suite);
    const { operatorIds, cluster } = await clusterOf(suite, await newBatch(suite, 1));
    for (const validators of [1n, 2n, 80n])
      for (const blocks of [0n, 1n, RUNWAY])
        expect(await suite.clusterManager.requiredFunding(operatorIds, cluster, validators, blocks)).to.equal(
          requiredFunding(0n, terms, validators * 10_000n, blocks),
        );
  });

  it("is zero when the cluster has enough", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 2);
    await activate(suite, batch.ceremony, batch.batchId, 0, 1);
    const { operatorIds, cluster } = await clusterOf(suite, batch);
    expect(await suite.clusterManager.requiredFunding(operatorIds, cluster, 0, RUNWAY)).to.equal(0n);
    expect(await suite.clusterManager.requiredFunding(operatorIds, cluster, 0, RUNWAY + 1n)).to.be.greaterThan(0n);
  });

  it("reverts as SSV does for a snapshot that is not the newest", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 1);
    await activate(suite, batch.ceremony, batch.batchId, 0, 1);
    const { operatorIds, cluster } = await clusterOf(suite, batch);
    const older = { ...cluster, balance: cluster.balance - 1n };
    await expect(suite.clusterManager.requiredFunding(operatorIds, older, 1, RUNWAY)).to.be.revertedWithCustomError(
      suite.ssvNetwork,
      "IncorrectClusterState",
    );
  });

  it("reverts for more validators or blocks than 32 bits count", async () => {
    const suite = deployed();
    const { operatorIds, cluster } = await clusterOf(suite, await newBatch(suite, 1));
    for (const [validators, blocks] of [
      [2n ** 32n, 1n],
      [1n, 2n ** 32n],
    ] as const)
      await expect(suite.clusterManager.requiredFunding(operatorIds, cluster, validators, blocks))
        .to.be.revertedWithCustomError(suite.clusterManager, "SafeCastOverflowedUintDowncast")
        .withArgs(32n, 2n ** 32n);
  });

  it("reverts as the network does, or when it answers nothing, for a new cluster", async () => {
    const suite = deployed();
    const { operatorIds, cluster } = await clusterOf(suite, await newBatch(suite, 1));
    const required = () => suite.clusterManager.requiredFunding(operatorIds, cluster, 1, RUNWAY);
    const network = await suite.ssvNetwork.getAddress();
    await suite.chain.networkHelpers.setCode(network, REVERTS);
    await expect(required()).to.be.revertedWithCustomError(suite.ssvNetwork, "IncorrectClusterState");
    await suite.chain.networkHelpers.setCode(network, ANSWERS_NOTHING);
    await expect(required()).to.be.revertedWithoutReason(suite.chain.ethers);
  });

  it("reverts when the network answers nothing, rather than take that for a number", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 1);
    await activate(suite, batch.ceremony, batch.batchId, 0, 1);
    const { operatorIds, cluster } = await clusterOf(suite, batch);
    await suite.chain.networkHelpers.setCode(await suite.ssvNetwork.getAddress(), ANSWERS_SHORT_QUESTIONS);
    await expect(suite.clusterManager.requiredFunding(operatorIds, cluster, 1, RUNWAY)).to.be.revertedWithoutReason(
      suite.chain.ethers,
    );
  });
});

/** Wei that one validator burns in a block. */
function runwayBurn({ operatorFeesWei, networkFeeWei }: FeeTerms): bigint {
  return operatorFeesWei.reduce((sum, fee) => sum + fee, networkFeeWei);
}
