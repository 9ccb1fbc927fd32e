import { expect } from "chai";

import { MAX_TRANSACTION_GAS } from "../../src/consensus/transactionGas.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, KEY_STATUS, newBatch } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];
const RECORDS = 64n;

describe("PoolManager's records of batches", () => {
  let suite: TestSuite;

  const deployed = useSuite(() => deployFunded(200n));
  beforeEach(() => {
    suite = deployed();
  });

  const operator = () => suite.poolManager.connect(suite.operator);
  const register = (keys = 1) => operator().registerBatch(ROOT, keys, OPERATORS, "");
  const registerMany = async (batches: bigint) => {
    for (let i = 0n; i < batches; i++) await register();
  };
  const expectNotLive = async (sent: Promise<unknown>, batchId: bigint) =>
    expect(sent).to.be.revertedWithCustomError(suite.poolManager, "BatchNotLive").withArgs(batchId);

  it("take 64 live batches and no more", async () => {
    await registerMany(RECORDS);
    await expect(register()).to.be.revertedWithCustomError(suite.poolManager, "BatchStillLive").withArgs(0n);
    expect(await suite.poolManager.batchCount()).to.equal(RECORDS);
    expect(await suite.poolManager.nextNonce()).to.equal(RECORDS);
  });

  it("make room when the oldest batch is used up, not while a key of it waits", async () => {
    const oldest = await newBatch(suite, 2);
    await registerMany(RECORDS - 1n);
    await activateChanged(suite, oldest, [0, 1]);
    await expect(register()).to.be.revertedWithCustomError(suite.poolManager, "BatchStillLive").withArgs(0n);

    await activateChanged(suite, oldest, [1, 2]);
    await expect(register(3))
      .to.emit(suite.poolManager, "BatchRegistered")
      .withArgs(RECORDS, ROOT, RECORDS + 1n, 3n, OPERATORS, "");
    const batch = await suite.poolManager.batchOf(RECORDS);
    expect([...batch].slice(1)).to.deep.equal([RECORDS, RECORDS + 1n, 3n, 0n, false]);
  });

  it("hold the newest 64 batches, and say nothing of older ones", async () => {
    await activateChanged(suite, await newBatch(suite, 1), [0, 1]);
    await newBatch(suite, 2);
    await operator().discardBatch(1n);
    await registerMany(RECORDS - 2n);
    expect(await suite.poolManager.keyStatus(0n, 0n)).to.equal(KEY_STATUS.Deposited);
    expect(await suite.poolManager.keyStatus(1n, 1n)).to.equal(KEY_STATUS.Discarded);

    await register();
    expect([...(await suite.poolManager.batchOf(0n))]).to.deep.equal([`0x${"00".repeat(20)}`, 0n, 0n, 0n, 0n, false]);
    expect(await suite.poolManager.keyStatus(0n, 0n)).to.equal(KEY_STATUS.None);
    expect(await suite.poolManager.keyStatus(1n, 1n)).to.equal(KEY_STATUS.Discarded);
    await register();
    expect(await suite.poolManager.keyStatus(1n, 1n)).to.equal(KEY_STATUS.None);
    expect(await suite.poolManager.batchCount()).to.equal(RECORDS + 2n);
  });

  it("I22 are found by their own id only, before and after another batch takes the place", async () => {
    const batch = await newBatch(suite, 2);
    for (const batchId of [RECORDS, 2n * RECORDS, RECORDS * 2n ** 32n, 2n ** 256n - RECORDS]) {
      await expectNotLive(activateChanged(suite, { ...batch, batchId }, [0, 1]), batchId);
      await expectNotLive(operator().discardBatch(batchId), batchId);
      expect(await suite.poolManager.keyStatus(batchId, 0n)).to.equal(KEY_STATUS.None);
    }

    await operator().discardBatch(0n);
    await registerMany(RECORDS - 1n);
    await operator().discardBatch(1n);
    const again = await newBatch(suite, 2);
    expect(again.batchId).to.equal(RECORDS);
    await expectNotLive(activateChanged(suite, { ...again, batchId: 0n }, [0, 1]), 0n);
    await expectNotLive(operator().discardBatch(0n), 0n);
    await activateChanged(suite, again, [0, 2]);
    expect(await suite.poolManager.keyStatus(RECORDS, 1n)).to.equal(KEY_STATUS.Deposited);
  });

  it("H68 bound what a hostile operator can fill them with: one call drops all of it", async () => {
    const honest = await newBatch(suite, 2);
    for (let i = 1n; i < RECORDS; i++) await register(65_535);
    await expect(register()).to.be.revertedWithCustomError(suite.poolManager, "BatchStillLive").withArgs(0n);

    const receipt = await (await operator().discardBatch(1n)).wait();
    expect(receipt?.logs.length).to.equal(Number(RECORDS) - 1);
    // An eighth of what a transaction may use leaves room for the counters of a coverage run.
    expect(receipt?.gasUsed).to.be.lessThan(MAX_TRANSACTION_GAS / 8n);
    expect(await suite.poolManager.nextNonce()).to.equal(2n);
    await activateChanged(suite, honest, [0, 2]);
    expect(await suite.clusterManager.ownerNonce()).to.equal(2n);
  });
});
