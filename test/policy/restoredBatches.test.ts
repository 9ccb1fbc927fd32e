import { expect } from "chai";

import { fetchBatches } from "../../clients/batches.ts";
import { BATCH_RECORDS, BatchHistoryError, restorationOf } from "../../src/ceremony/batchHistory.ts";
import { DAY, passTime } from "../helpers/accounts.ts";
import {
  deployStaked,
  exitsAsked,
  keysAt,
  rangeOf,
  requestEther,
  sayGone,
  type StakedSuite,
} from "../helpers/exits.ts";
import { useSuite } from "../helpers/isolation.ts";
import { KEY_STATUS } from "../helpers/registry.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];
const NOTHING = [`0x${"00".repeat(20)}`, 0n, 0n, 0n, 0n, false];

/** A pool whose first three batches made room for others; the second one was dropped after three of five keys. */
async function deployLongAfter(): Promise<StakedSuite> {
  const suite = await deployStaked();
  const manager = suite.poolManager.connect(suite.operator);
  await manager.discardBatch(1n);
  for (let i = 0; i < BATCH_RECORDS + 1; i++) {
    await manager.registerBatch(ROOT, 1, OPERATORS, "");
    if (i < 1) await manager.discardBatch(2n);
  }
  return suite;
}

describe("PoolManager.restoreBatches", () => {
  const suite = useSuite(deployLongAfter);
  const restorationFor = async (batchId: bigint) => {
    const batches = await fetchBatches(suite(), 0);
    const recorded = batches.map((batch) => ({ ...batch, isDiscarded: batch.state === "discarded" }));
    return restorationOf(recorded, batchId);
  };
  const restore = async (batchId: bigint) => {
    const { before, records, wanted } = await restorationFor(batchId);
    return suite().exits.restoreBatches(before, records, wanted);
  };

  it("keeps a batch whose record was replaced, as it was, for anybody", async () => {
    const { exits, poolManager, batches } = suite();
    expect(await poolManager.batchCount()).to.equal(BigInt(BATCH_RECORDS + 3));
    for (const [batchId, count, discarded] of [
      [1n, 5n, true],
      [0n, 3n, false],
    ] as const) {
      expect([...(await poolManager.batchOf(batchId))]).to.deep.equal(NOTHING);
      await expect(restore(batchId)).to.emit(exits, "BatchRestored").withArgs(batchId);
      const firstNonce = batches[Number(batchId)]?.ceremony.keys[0]?.ownerNonce;
      const [, ...fields] = await poolManager.batchOf(batchId);
      expect(fields).to.deep.equal([batchId, firstNonce, count, 3n, discarded]);
    }
    expect(await poolManager.keyStatus(1n, 2n)).to.equal(KEY_STATUS.Deposited);
    expect(await poolManager.keyStatus(1n, 3n)).to.equal(KEY_STATUS.Discarded);
    expect([...(await poolManager.batchOf(2n))]).to.deep.equal(NOTHING);
    await expect(poolManager.connect(suite().operator).discardBatch(1n))
      .to.be.revertedWithCustomError(poolManager, "BatchNotLive")
      .withArgs(1n);
  });

  it("lets validators of old batches exit, by role and when withdrawals are overdue", async () => {
    const { exits, operator, batches } = suite();
    const [first, second] = batches;
    const request = async () => exits.connect(operator).requestExits(rangeOf(second, 1, 3), { value: 2n });
    await expect(request()).to.be.revertedWithCustomError(exits, "BatchUnknown").withArgs(1n);
    await restore(1n);
    await request();

    await requestEther(suite(), 40n);
    await passTime(suite(), 7n * DAY + 1n);
    await expect(exits.overdueExits(1n)).to.be.revertedWithCustomError(exits, "BatchUnknown").withArgs(0n);
    const trigger = async (from: number, to: number) =>
      exits.triggerOverdueExits(rangeOf(first, from, to), 1n, { value: 1n });
    await expect(exits.triggerOverdueExits(rangeOf(second, 0, 1), 1n, { value: 1n }))
      .to.be.revertedWithCustomError(exits, "BatchUnknown")
      .withArgs(0n);
    await restore(0n);
    await sayGone(suite(), first, 0, 2);
    await trigger(2, 3);
    expect(await exitsAsked(suite())).to.deep.equal([...keysAt(second, 1, 2), ...keysAt(first, 2)]);
    await exits.passGoneKeys(BigInt(BATCH_RECORDS));
    expect([...(await exits.overdueExits(1n))]).to.deep.equal([0n, 1n, 0n]);
  });

  it("keeps several at once, from the first one given on", async () => {
    const { exits, poolManager } = suite();
    const { before, records } = await restorationFor(0n);
    expect(records).to.have.length(3);
    await exits.restoreBatches(before, records, 2);
    expect((await poolManager.batchOf(0n)).count).to.equal(3n);
    expect((await poolManager.batchOf(1n)).count).to.equal(5n);
    expect((await poolManager.batchOf(2n)).count).to.equal(0n);
  });

  it("I22 reverts for records that were not replaced, or not all of them, or in another state", async () => {
    const { exits } = suite();
    const { before, records } = await restorationFor(0n);
    const [first = 0n, ...others] = records;
    const { before: afterwards } = await restorationFor(2n);
    const live = records.at(-1) ?? 0n;
    for (const [start, words, wanted] of [
      [before, [first + (1n << 232n), ...others], 1],
      [before, [first | (1n << 248n), ...others], 1],
      [before, others, 1],
      [before, records.slice(0, -1), 1],
      [before, [...records, live], 1],
      [afterwards, [live + 1n], 1],
      [`0x${"00".repeat(20)}`, records, 1],
      [before, records, 4],
      [before, [], 0],
    ] as const)
      await expect(exits.restoreBatches(start, [...words], wanted)).to.be.revertedWithCustomError(
        exits,
        "HistoryMismatch",
      );
  });

  it("takes nothing away for those who prove the empty places that the first batches took", async () => {
    const { exits, poolManager } = suite();
    const { records } = await restorationFor(0n);
    await restore(0n);
    const empty = Array<bigint>(BATCH_RECORDS).fill(0n);
    await exits.restoreBatches(`0x${"00".repeat(20)}`, [...empty, ...records], 1);
    expect((await poolManager.batchOf(0n)).count).to.equal(3n);
  });

  it("is not needed for batches that the registry keeps, and there is none for others", async () => {
    const batches = await fetchBatches(suite(), 0);
    const recorded = batches.map((batch) => ({ ...batch, isDiscarded: batch.state === "discarded" }));
    for (const batchId of [3n, 66n, 67n]) expect(() => restorationOf(recorded, batchId)).to.throw(BatchHistoryError);
  });
});
