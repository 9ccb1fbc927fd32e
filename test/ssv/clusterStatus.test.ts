import { expect } from "chai";
import type { Result } from "ethers";

import {
  burnRateWeiPerBlock,
  type FeeTerms,
  liquidationCollateral,
  requiredFunding,
  runwayBlocks,
} from "../../src/ssv/fees.ts";
import {
  deployRunning,
  feeTerms,
  liquidate,
  MIN_RUNWAY,
  poolCluster,
  RUNWAY,
  updateEffectiveBalance,
} from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import type { TestSuite } from "../helpers/suite.ts";

const VALIDATORS = 3n;
const FOREVER = 2n ** 256n - 1n;

/** What the contract calls an outlook, as the model says. */
function outlook(balance: bigint, terms: FeeTerms, vUnits: bigint) {
  const runway = runwayBlocks(balance, terms, vUnits) ?? FOREVER;
  return {
    burnRate: burnRateWeiPerBlock(terms, vUnits),
    collateral: liquidationCollateral(terms, vUnits),
    runwayBlocks: runway,
    runwayDays: runway / 7_200n,
  };
}

interface Status {
  readonly isLiquidated: boolean;
  readonly isLiquidatable: boolean;
  readonly isShort: boolean;
  readonly balance: bigint;
  readonly missing: bigint;
  readonly reported: ReturnType<typeof outlook>;
  readonly maximum: ReturnType<typeof outlook>;
}

async function statusOf(suite: TestSuite) {
  const { operatorIds, cluster, balance } = await poolCluster(suite);
  const answer = (await suite.clusterManager.clusterStatus(operatorIds, cluster)) as unknown as Result;
  return { status: answer.toObject(true) as Status, balance };
}

describe("ClusterManager.clusterStatus", () => {
  const suite = useSuite(() => deployRunning(Number(VALIDATORS)));

  it("says what the cluster has, burns and must keep, as the model does", async () => {
    await suite().chain.networkHelpers.mine(1_000);
    const terms = await feeTerms(suite());
    const { status, balance } = await statusOf(suite());
    const vUnits = VALIDATORS * 10_000n;
    expect(status).to.deep.equal({
      isLiquidated: false,
      isLiquidatable: false,
      isShort: false,
      balance,
      missing: requiredFunding(balance, terms, vUnits, RUNWAY),
      reported: outlook(balance, terms, vUnits),
      maximum: outlook(balance, terms, vUnits),
    });
    expect(status.reported.runwayBlocks).to.equal(RUNWAY - 1_000n);
    expect(status.reported.runwayDays).to.equal(89n);
  });

  it("says so for validators as large as they may become, and for larger ones that SSV bills", async () => {
    const { clusterManager, admin } = suite();
    await clusterManager.connect(admin).setMaxEffectiveBalance(33);
    const terms = await feeTerms(suite());
    // 33 ETH are 10,312.5 units, rounded up for the whole cluster.
    const small = await statusOf(suite());
    expect(small.status.reported).to.deep.equal(outlook(small.balance, terms, 30_000n));
    expect(small.status.maximum).to.deep.equal(outlook(small.balance, terms, 30_938n));
    expect(small.status.missing).to.equal(requiredFunding(small.balance, terms, 30_938n, RUNWAY));

    await updateEffectiveBalance(suite(), 100n);
    const large = await statusOf(suite());
    expect(large.status.reported).to.deep.equal(outlook(large.balance, terms, 31_250n));
    expect(large.status.maximum).to.deep.equal(large.status.reported);
  });

  it("says when the cluster is short, when anybody may liquidate it, and that somebody did", async () => {
    const { chain } = suite();
    const look = async () => {
      const { status } = await statusOf(suite());
      return [status.isShort, status.isLiquidatable, status.isLiquidated, status.reported.runwayBlocks];
    };
    await chain.networkHelpers.mine(RUNWAY - MIN_RUNWAY);
    expect(await look()).to.deep.equal([false, false, false, MIN_RUNWAY]);
    await chain.networkHelpers.mine();
    expect(await look()).to.deep.equal([true, false, false, MIN_RUNWAY - 1n]);
    await chain.networkHelpers.mine(MIN_RUNWAY - 1n);
    expect(await look()).to.deep.equal([true, false, false, 0n]);
    await chain.networkHelpers.mine();
    expect(await look()).to.deep.equal([true, true, false, 0n]);
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    expect(await suite().ssvViews.isLiquidatable(owner, operatorIds, cluster)).to.equal(true);
    await suite().ssvNetwork.liquidate(owner, operatorIds, cluster);
    expect(await look()).to.deep.equal([false, false, true, 0n]);
  });

  it("says what a liquidated cluster lacks", async () => {
    await liquidate(suite());
    const terms = await feeTerms(suite());
    const { status } = await statusOf(suite());
    expect(status).to.deep.equal({
      isLiquidated: true,
      isLiquidatable: false,
      isShort: false,
      balance: 0n,
      missing: requiredFunding(0n, terms, VALIDATORS * 10_000n, RUNWAY),
      reported: { ...outlook(0n, terms, VALIDATORS * 10_000n), runwayBlocks: 0n, runwayDays: 0n },
      maximum: { ...outlook(0n, terms, VALIDATORS * 10_000n), runwayBlocks: 0n, runwayDays: 0n },
    });
    const { operatorIds, cluster } = await poolCluster(suite());
    await expect(suite().clusterManager.runwayOf(operatorIds, cluster)).to.be.revertedWithCustomError(
      suite().ssvNetwork,
      "ClusterIsLiquidated",
    );
  });

  it("says that a liquidated cluster does not run, whatever is paid into it", async () => {
    await liquidate(suite());
    const { clusterManager, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.connect(operator).fund(operatorIds, cluster, 10n ** 17n);
    const { status } = await statusOf(suite());
    expect([status.isLiquidated, status.balance, status.missing]).to.deep.equal([true, 10n ** 17n, 0n]);
    for (const { runwayBlocks: blocks, runwayDays } of [status.reported, status.maximum])
      expect([blocks, runwayDays]).to.deep.equal([0n, 0n]);
  });

  it("says that a cluster without validators needs nothing and runs for ever", async () => {
    const { clusterManager } = suite();
    const { cluster } = await poolCluster(suite(), [1n, 2n, 3n, 5n]);
    const { reported, missing, isShort } = await clusterManager.clusterStatus([1n, 2n, 3n, 5n], cluster);
    expect([missing, isShort, reported.burnRate, reported.runwayBlocks, reported.runwayDays]).to.deep.equal([
      0n,
      false,
      0n,
      FOREVER,
      FOREVER / 7_200n,
    ]);
  });
});

describe("ClusterManager.requiredFundingAtMaximum", () => {
  const suite = useSuite(() => deployRunning(Number(VALIDATORS)));

  it("counts all validators, old and new, as large as they may become", async () => {
    const { clusterManager, admin } = suite();
    const terms = await feeTerms(suite());
    for (const ethEach of [32n, 64n, 2_048n]) {
      await clusterManager.connect(admin).setMaxEffectiveBalance(ethEach);
      const { operatorIds, cluster, balance } = await poolCluster(suite());
      for (const added of [0n, 1n, 20n]) {
        const vUnits = ((VALIDATORS + added) * ethEach * 10_000n) / 32n;
        expect(
          await clusterManager.requiredFundingAtMaximum(operatorIds, cluster, added, 2n * RUNWAY),
          `${added} of ${ethEach} ETH`,
        ).to.equal(requiredFunding(balance, terms, vUnits, 2n * RUNWAY));
      }
    }
  });

  it("counts what SSV bills where that is more", async () => {
    await updateEffectiveBalance(suite(), 1_000n);
    const terms = await feeTerms(suite());
    const { operatorIds, cluster, balance } = await poolCluster(suite());
    for (const method of ["requiredFunding", "requiredFundingAtMaximum"] as const)
      expect(await suite().clusterManager[method](operatorIds, cluster, 2n, RUNWAY)).to.equal(
        requiredFunding(balance, terms, 332_500n, RUNWAY),
      );
  });
});

describe("ClusterManager.setMaxEffectiveBalance", () => {
  const suite = useSuite(() => deployRunning(1));

  it("takes 32 to 2,048 ETH, and begins with 32", async () => {
    const { clusterManager, admin } = suite();
    expect(await clusterManager.maxEffectiveBalance()).to.equal(32n);
    for (const ethEach of [2_048n, 32n]) {
      await expect(clusterManager.connect(admin).setMaxEffectiveBalance(ethEach))
        .to.emit(clusterManager, "MaxEffectiveBalanceChanged")
        .withArgs(ethEach);
      expect(await clusterManager.maxEffectiveBalance()).to.equal(ethEach);
    }
    expect(await clusterManager.runway()).to.deep.equal([RUNWAY, MIN_RUNWAY]);
    expect(await clusterManager.ownerNonce()).to.equal(1n);
  });

  it("reverts for less and for more", async () => {
    const { clusterManager, admin } = suite();
    for (const ethEach of [0n, 31n, 2_049n])
      await expect(clusterManager.connect(admin).setMaxEffectiveBalance(ethEach))
        .to.be.revertedWithCustomError(clusterManager, "EffectiveBalanceOutOfRange")
        .withArgs(ethEach);
  });

  it("reverts for everybody but the administrator", async () => {
    const { clusterManager, operator } = suite();
    await expect(clusterManager.connect(operator).setMaxEffectiveBalance(64))
      .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
      .withArgs(operator.address, clusterManager.interface.getFunction("setMaxEffectiveBalance").selector);
  });

  it("I41 funds the next registration for it", async () => {
    const { chain, clusterManager, poolManager, admin } = suite();
    await clusterManager.connect(admin).setMaxEffectiveBalance(64);
    const terms = await feeTerms(suite());
    const { operatorIds, cluster, balance } = await poolCluster(suite());
    const manager = await chain.ethers.getImpersonatedSigner(await poolManager.getAddress());
    await chain.networkHelpers.setBalance(manager.address, 10n ** 18n);
    const burned = burnRateWeiPerBlock(terms, 10_000n);
    const funding = requiredFunding(balance - burned, terms, 40_000n, RUNWAY);
    const reserve = await clusterManager.reserve();
    await clusterManager
      .connect(manager)
      .register(`0x${"ab".repeat(48)}`, new Uint8Array(1_312), 1, operatorIds, cluster, 1);
    expect(reserve - (await clusterManager.reserve())).to.equal(funding);
    const { status } = await statusOf(suite());
    expect(status.maximum.runwayBlocks).to.equal(RUNWAY);
  });
});
