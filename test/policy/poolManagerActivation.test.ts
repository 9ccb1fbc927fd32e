import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";

import { activate, approve, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, depositMore, ETHER, newBatch, stateOf } from "../helpers/registry.ts";
import { applyReport, makeReport } from "../helpers/report.ts";

const LOCKED = 10n ** 9n;

describe("PoolManager.activate", () => {
  let suite: Awaited<ReturnType<typeof deployFunded>>;

  const deployed = useSuite(() => deployFunded(100n));
  beforeEach(() => {
    suite = deployed();
  });

  it("stakes to as many keys as free ether allows, in their order", async () => {
    const batch = await newBatch(suite, 5);
    await expect(activateChanged(suite, batch, [0, 5]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 0n, 3n, anyValue);
    expect(await suite.poolManager.freeEther()).to.equal(4n * ETHER + LOCKED);

    await depositMore(suite, suite.staker, 28n);
    await expect(activateChanged(suite, batch, [3, 5]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 3n, 1n, anyValue);
    expect(await suite.clusterManager.ownerNonce()).to.equal(4n);
  });

  it("H51 goes on with fewer keys when somebody asks for ether just before", async () => {
    const batch = await newBatch(suite, 3);
    const activation = await offer(suite, batch.ceremony, batch.batchId, 0, 3);
    const { guard, approvals } = await approve(suite, activation);
    await suite.withdrawalQueue.connect(suite.staker).requestWithdrawal(10n * ETHER, suite.staker.address);
    expect(await suite.poolManager.freeEther()).to.equal(90n * ETHER + LOCKED);
    await expect(suite.poolManager.activate(activation, guard, approvals))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 0n, 2n, anyValue);

    await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n }));
    expect(await suite.poolManager.freeEther()).to.equal(26n * ETHER + LOCKED);
    expect((await suite.poolETH.stakingState()).waiting).to.equal(0n);
  });

  it("reverts when no key is affordable", async () => {
    const batch = await newBatch(suite, 4);
    await activateChanged(suite, batch, [0, 3]);
    await expect(activateChanged(suite, batch, [3, 4]))
      .to.be.revertedWithCustomError(suite.poolManager, "NothingToActivate")
      .withArgs(4n * ETHER + LOCKED);
  });

  it("stops at the daily limit, and goes on a day later", async () => {
    await depositMore(suite, suite.staker, 1_600n);
    const batch = await newBatch(suite, 53);
    await expect(activateChanged(suite, batch, [0, 53]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 0n, 50n, anyValue);
    await expect(activateChanged(suite, batch, [50, 53]))
      .to.be.revertedWithCustomError(suite.poolManager, "NothingToActivate")
      .withArgs(0n);

    await suite.chain.networkHelpers.time.increase(29 * 3_600);
    await expect(activateChanged(suite, batch, [50, 53]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 50n, 3n, anyValue);
  });

  it("does nothing while the guardian pauses staking", async () => {
    const batch = await newBatch(suite, 1);
    await suite.poolETH.connect(suite.guardian).pauseStaking(3_600);
    await expect(activateChanged(suite, batch, [0, 1]))
      .to.be.revertedWithCustomError(suite.poolManager, "NothingToActivate")
      .withArgs(0n);
  });

  it("collects the vaults when the ether that the pool owns is still there", async () => {
    const batch = await newBatch(suite, 4);
    await activateChanged(suite, batch, [0, 3]);
    const vault = await suite.withdrawalVault.getAddress();
    await suite.deployer.sendTransaction({ to: vault, value: 32n * ETHER });
    // What one validator paid out is no longer in the validators.
    await applyReport(suite, await makeReport(suite, -32n * 10n ** 9n));

    await expect(activateChanged(suite, batch, [3, 4]))
      .to.emit(suite.withdrawalVault, "Collected")
      .withArgs(32n * ETHER);
    expect(await suite.poolETH.totalStaked()).to.equal(128n * ETHER);
  });

  it("may be called by anyone who has the approvals", async () => {
    const { ceremony, batchId } = await newBatch(suite, 1);
    const activation = await offer(suite, ceremony, batchId, 0, 1);
    const { guard, approvals } = await approve(suite, activation, suite.members.slice(0, 3));
    const poolManager = suite.poolManager.connect(suite.staker);

    const count = await poolManager.activate.staticCall(activation, guard, approvals, { blockTag: "pending" });
    expect(count).to.equal(1n);
    await expect(poolManager.activate(activation, guard, approvals)).to.emit(poolManager, "BatchActivated");
  });

  it("H14 reverts for a batch out of order and moves nothing", async () => {
    await newBatch(suite, 2);
    const second = await newBatch(suite, 1, 2);
    const before = await stateOf(suite);
    await expect(activateChanged(suite, second, [0, 1]))
      .to.be.revertedWithCustomError(suite.clusterManager, "NonceOutOfOrder")
      .withArgs(0n, 2n);
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("H14 reverts for keys that are not the next of their batch", async () => {
    const batch = await newBatch(suite, 3);
    await expect(activateChanged(suite, batch, [1, 2]))
      .to.be.revertedWithCustomError(suite.poolManager, "ProofInvalid")
      .withArgs(batch.batchId);
  });

  it("reverts for batches of which nothing is left, and for unknown ones", async () => {
    const done = await newBatch(suite, 1);
    await activate(suite, done.ceremony, done.batchId, 0, 1);
    const dropped = await newBatch(suite, 1, 1);
    await suite.poolManager.connect(suite.operator).discardBatch(dropped.batchId);
    for (const batch of [done, dropped, { ...done, batchId: 9n }])
      await expect(activateChanged(suite, batch, [0, 1]))
        .to.be.revertedWithCustomError(suite.poolManager, "BatchNotLive")
        .withArgs(batch.batchId);
  });

  it("reverts for amounts other than 32 ETH and for compounding credentials", async () => {
    const batch = await newBatch(suite, 1);
    const change = (changes: { amountGwei?: bigint; compounding?: boolean }) =>
      activateChanged(suite, batch, [0, 1], (activation) => ({
        ...activation,
        keys: { ...activation.keys, ...changes },
      }));
    for (const changes of [{ amountGwei: 31_999_999_999n }, { amountGwei: 64n * 10n ** 9n }, { compounding: true }])
      await expect(change(changes))
        .to.be.revertedWithCustomError(suite.poolETH, "StakeAmountOutOfRange")
        .withArgs(changes.amountGwei ?? 32n * 10n ** 9n);
  });
});
