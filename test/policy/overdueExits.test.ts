import { expect } from "chai";

import type { KeyRange } from "../../src/ceremony/keyRange.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { DAY, ETHER, HOUR, now, passTime, strangers } from "../helpers/accounts.ts";
import {
  deployOverdue,
  deployStaked,
  dropRequests,
  exitsAsked,
  exitsOf,
  keysAt,
  rangeOf,
  reportExiting,
  requestEther,
  sayGone,
} from "../helpers/exits.ts";
import { useSuite } from "../helpers/isolation.ts";
import { feeAfter } from "../helpers/predeploys.ts";
import { activateChanged, newBatch } from "../helpers/registry.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { deploySuite } from "../helpers/suite.ts";
import { deployRedeemable, finalizeByReport } from "../helpers/withdrawals.ts";

const OVERDUE_AFTER = 7n * DAY;
const RETRY_AFTER = 3n * DAY;
const LONGEST_EXIT = 60n * DAY;
const even = (time: bigint) => time - (time % 2n);

describe("PoolManager.triggerOverdueExits", () => {
  const suite = useSuite(deployOverdue);
  const trigger = async (range: KeyRange, requestId = 2n, value = 99n) => {
    const [stranger] = await strangers(suite());
    return suite().exits.connect(stranger).triggerOverdueExits(range, requestId, { value });
  };
  const first = (from: number, to: number) => rangeOf(suite().batches[0], from, to);
  const second = (from: number, to: number) => rangeOf(suite().batches[1], from, to);
  const expectOlder = async (sent: Promise<unknown>, batchId: bigint, position: bigint) =>
    expect(sent).to.be.revertedWithCustomError(suite().exits, "OlderKeyFirst").withArgs(batchId, position);
  const expectLimit = async (sent: Promise<unknown>, keys: bigint, limit: bigint) =>
    expect(sent).to.be.revertedWithCustomError(suite().exits, "ExitsAboveLimit").withArgs(keys, limit);

  it("H57 lets anybody request as many exits as are missing, at the fee of the moment, and gives the rest back", async () => {
    const { exits, poolManager, withdrawalVault, batches, chain } = suite();
    const [stranger] = await strangers(suite());
    await chain.networkHelpers.setStorageAt(WITHDRAWAL_REQUESTS, 0, 200n);
    const fee = feeAfter(200n);
    await expect(trigger(first(0, 2), 2n, 2n * fee - 1n))
      .to.be.revertedWithCustomError(withdrawalVault, "FeeNotCovered")
      .withArgs(2n * fee - 1n, fee);
    expect([...(await exits.overdueExits(2n))]).to.deep.equal([2n, 0n, 0n]);

    const sent = trigger(first(0, 2), 2n, ETHER);
    await expect(sent).to.emit(exits, "OverdueExitsTriggered").withArgs(2n, 0n, 0n, 2n);
    await expect(sent).to.changeEtherBalances(
      chain.ethers,
      [stranger, poolManager, withdrawalVault, WITHDRAWAL_REQUESTS],
      [-2n * fee, 0n, 0n, 2n * fee],
    );
    expect(await exitsAsked(suite())).to.deep.equal(keysAt(batches[0], 0, 1));
    const mark = [even(await now(suite())), true, false];
    expect([...(await exits.exitOf(0n, 0n))]).to.deep.equal(mark);
    expect([...(await exits.exitOf(0n, 1n))]).to.deep.equal(mark);
    expect([...(await exits.overdueExits(2n))]).to.deep.equal([0n, 0n, 2n]);
  });

  it("reverts for more keys than are missing beyond the buffer, in one call or in several", async () => {
    await expectLimit(trigger(first(0, 2), 1n), 2n, 1n);
    await expectLimit(trigger(first(0, 3)), 3n, 2n);
    await trigger(first(0, 1));
    await expectLimit(trigger(first(1, 3)), 2n, 1n);
    await expectLimit(trigger(first(1, 2), 1n), 1n, 0n);
    await trigger(first(1, 2));
    await expectLimit(trigger(first(2, 3)), 1n, 0n);
  });

  it("counts what a report shows exiting, and what it shows in the buffer", async () => {
    await reportExiting(suite(), 1n);
    await expectLimit(trigger(first(0, 2)), 2n, 1n);
    await expectLimit(trigger(first(0, 1), 1n), 1n, 0n);
    await reportExiting(suite(), 2n);
    await expectLimit(trigger(first(0, 1)), 1n, 0n);

    await reportExiting(suite(), 0n);
    const [, holder] = suite().holders;
    // 8 ETH and these leave 24 ETH for the second request and nothing for the first.
    await suite()
      .poolETH.connect(holder)
      .deposit(holder.address, holder.address, { value: 38n * ETHER });
    expect((await suite().exits.overdueExits(1n)).count).to.equal(0n);
    await expectLimit(trigger(first(0, 2)), 2n, 1n);
  });

  it("H58 takes the next keys when no report shows the first ones exiting, and counts none twice", async () => {
    const { exits, batches } = suite();
    await trigger(first(0, 2));
    await dropRequests(suite());
    await reportExiting(suite(), 0n);
    const mark = await exits.exitOf(0n, 0n);
    expect(mark.requestedAt).to.be.greaterThan(0n);

    expect([...(await exits.overdueExits(2n))]).to.deep.equal([2n, 0n, 2n]);
    await expect(trigger(first(0, 1)))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 0n, mark.requestedAt);
    await trigger(first(2, 3));
    await trigger(second(0, 1));
    await expectLimit(trigger(second(1, 2)), 1n, 0n);
    expect(await exitsAsked(suite())).to.deep.equal([...keysAt(batches[0], 2), ...keysAt(batches[1], 0)]);

    await reportExiting(suite(), 1n);
    expect((await exits.overdueExits(2n)).count).to.equal(1n);
  });

  it("H58 takes keys that it took before again after 60 days", async () => {
    const { exits } = suite();
    const { time } = suite().chain.networkHelpers;
    await trigger(first(0, 2));
    const requestedAt = even(await now(suite()));
    await passTime(suite(), LONGEST_EXIT - 4n * DAY);
    await reportExiting(suite(), 0n);
    await time.setNextBlockTimestamp(requestedAt + LONGEST_EXIT - 1n);
    await expect(trigger(first(0, 2)))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 0n, requestedAt);
    await time.setNextBlockTimestamp(requestedAt + LONGEST_EXIT);
    await expectOlder(trigger(first(2, 3)), 0n, 0n);
    await expect(trigger(first(0, 2)))
      .to.emit(exits, "OverdueExitsTriggered")
      .withArgs(2n, 0n, 0n, 2n);
  });

  it("counts keys as triggered until a report shows a state an hour later, because the predeploy may keep them waiting", async () => {
    const { exits, accounting, chain } = suite();
    await trigger(first(0, 2));
    const [genesis, seconds] = [await accounting.GENESIS_TIME(), await accounting.SECONDS_PER_SLOT()];
    const triggeredAt = await now(suite());
    const frame = (await accounting.SLOTS_PER_FRAME()) * seconds;
    // The end of a frame, with keys triggered less than an hour before, and more.
    const end = genesis + ((triggeredAt - genesis) / frame + 2n) * frame - seconds;
    await chain.networkHelpers.time.increaseTo(end - frame + 1n);
    await reportExiting(suite(), 0n);
    await chain.networkHelpers.time.setNextBlockTimestamp(end - HOUR + 1n);
    await trigger(first(2, 3));
    await reportExiting(suite(), 0n);
    expect((await exits.overdueExits(2n)).count).to.equal(1n);
    await reportExiting(suite(), 0n);
    expect((await exits.overdueExits(2n)).count).to.equal(2n);
  });

  it("begins with the oldest key and leaves none out", async () => {
    await expectOlder(trigger(first(1, 2)), 0n, 0n);
    await expectOlder(trigger(second(0, 1)), 0n, 0n);
    await trigger(first(0, 1));
    await expectOlder(trigger(first(2, 3)), 0n, 1n);
    await expectOlder(trigger(second(1, 2)), 0n, 1n);
  });

  it("skips keys that are gone or were requested, before a range and within it, and counts those that it takes", async () => {
    const { exits, operator, batches } = suite();
    await sayGone(suite(), batches[0], 0, 1);
    await exits.connect(operator).requestExits(first(2, 3), { value: 1n });
    await dropRequests(suite());
    expect([...(await exits.overdueExits(2n))]).to.deep.equal([2n, 0n, 1n]);
    await expect(trigger(first(0, 2)))
      .to.be.revertedWithCustomError(exits, "ValidatorGone")
      .withArgs(0n, 0n);
    await expect(trigger(first(1, 3)))
      .to.emit(exits, "OverdueExitsTriggered")
      .withArgs(2n, 0n, 1n, 1n);
    await sayGone(suite(), batches[1], 1, 2);
    await expectOlder(trigger(second(2, 3)), 1n, 0n);
    await trigger(second(0, 2));
    expect(await exitsAsked(suite())).to.deep.equal([...keysAt(batches[0], 1), ...keysAt(batches[1], 0)]);
    await expectLimit(trigger(second(2, 3)), 1n, 0n);
  });

  it("takes what operators requested again after three days, or leaves it out", async () => {
    const { exits, operator } = suite();
    await exits.connect(operator).requestExits(first(0, 2), { value: 2n });
    const requestedAt = even(await now(suite()));
    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(requestedAt + RETRY_AFTER - 1n);
    await expect(trigger(first(0, 1)))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 0n, requestedAt);
    await time.setNextBlockTimestamp(requestedAt + RETRY_AFTER);
    await trigger(first(0, 1));
    await trigger(first(2, 3));
    await expectLimit(trigger(first(1, 2)), 1n, 0n);
  });

  it("H58 happens whatever the operator requests: he cannot use the limit up, or keep a key back for long", async () => {
    const { exits, operator, batches } = suite();
    // Keys that are too young are dropped, for him as for others.
    await exits.connect(operator).requestExits(first(0, 3), { value: 3n });
    await exits.connect(operator).requestExits(second(0, 3), { value: 3n });
    await dropRequests(suite());
    expect((await exits.overdueExits(2n)).count).to.equal(2n);
    await passTime(suite(), RETRY_AFTER);
    await trigger(first(0, 2));
    // A request of his does not let anybody spend the limit on these once more.
    await passTime(suite(), RETRY_AFTER);
    await dropRequests(suite());
    await exits.connect(operator).requestExits(first(0, 2), { value: 2n });
    await dropRequests(suite());
    await passTime(suite(), RETRY_AFTER);
    await reportExiting(suite(), 0n);
    await expect(trigger(first(0, 2))).to.be.revertedWithCustomError(exits, "ExitRequestedRecently");
    await trigger(first(2, 3));
    await trigger(second(0, 1));
    expect(await exitsAsked(suite())).to.deep.equal([...keysAt(batches[0], 2), ...keysAt(batches[1], 0)]);
  });

  it("reverts while the request has waited for seven days or less, after it is finalized, and if there is none", async () => {
    const { exits, queue } = suite();
    await requestEther(suite(), 20n);
    const requestedAt = await now(suite());
    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(requestedAt + OVERDUE_AFTER);
    const overdueAt = requestedAt + OVERDUE_AFTER + 1n;
    const expectNotOverdue = async (requestId: bigint) =>
      expect(trigger(first(0, 1), requestId))
        .to.be.revertedWithCustomError(exits, "WithdrawalNotOverdue")
        .withArgs(requestId);
    await expectNotOverdue(3n);
    await time.setNextBlockTimestamp(overdueAt);
    await trigger(first(0, 3), 3n);
    await requestEther(suite(), 1n);
    for (const requestId of [0n, 4n, 5n]) await expectNotOverdue(requestId);

    const [, holder] = suite().holders;
    await reportExiting(suite(), 0n);
    await suite()
      .poolETH.connect(holder)
      .deposit(holder.address, holder.address, { value: 22n * ETHER });
    await finalizeByReport(suite(), 1n);
    await expectNotOverdue(1n);
    expect((await queue.queueState()).lastFinalizedId).to.equal(1n);
    await expect(exits.overdueExits(1n)).to.be.revertedWithCustomError(exits, "WithdrawalNotOverdue").withArgs(1n);
  });

  it("reverts for keys that were not activated, also behind those that were", async () => {
    const { exits } = suite();
    await expect(trigger(second(2, 4)))
      .to.be.revertedWithCustomError(exits, "RangeMismatch")
      .withArgs(1n, 2n, 352n, 3n);
  });

  it("H66 has written everything down when it gives the rest back, so that calling back brings nothing", async () => {
    const { exits, poolETH, chain } = suite();
    const account = await chain.ethers.deployContract("ReentrantAccount");
    const call = (range: KeyRange) => exits.interface.encodeFunctionData("triggerOverdueExits", [range, 2n]);
    await account.getFunction("arm")(poolETH, exits, 1n, call(first(2, 3)));
    await account.getFunction("execute")(exits, 5n, call(first(0, 2)), { value: 9n });
    expect([await account.getFunction("called")(), await account.getFunction("succeeded")()]).to.deep.equal([
      true,
      false,
    ]);
    expect(await exitsAsked(suite())).to.have.length(2);
  });
});

describe("PoolManager.passGoneKeys", () => {
  const suite = useSuite(deployOverdue);

  it("goes past keys that are gone, never past others, and makes the next trigger cheaper", async () => {
    const { exits, batches } = suite();
    const [, second] = batches;
    await sayGone(suite(), batches[0], 0, 3);
    await sayGone(suite(), second, 0, 1);
    const trigger = rangeOf(second, 1, 2);
    const before = await exits.triggerOverdueExits.estimateGas(trigger, 2n, { value: 1n });
    await exits.passGoneKeys(2n);
    expect(await exits.triggerOverdueExits.estimateGas(trigger, 2n, { value: 1n })).to.be.lessThan(before - 10_000n);
    await exits.passGoneKeys(2n);
    expect((await exits.overdueExits(2n)).position).to.equal(1n);
    await exits.triggerOverdueExits(trigger, 2n, { value: 1n });
  });

  it("stays in a batch whose other keys may be activated later", async () => {
    const { exits, batches, poolETH, holders } = suite();
    const [, second] = batches;
    await sayGone(suite(), batches[0], 0, 3);
    await sayGone(suite(), second, 0, 3);
    await exits.passGoneKeys(2n);
    expect([...(await exits.overdueExits(2n))]).to.deep.equal([2n, 2n, 0n]);

    await applyReport(suite(), await makeReport(suite()));
    const holder = holders[1];
    await poolETH.connect(holder).deposit(holder.address, holder.address, { value: 94n * ETHER });
    await activateChanged(suite(), second, [3, 4]);
    expect((await exits.overdueExits(2n)).batchId).to.equal(1n);
    expect((await exits.overdueExits(2n)).position).to.equal(3n);
  });

  it("reverts for batches that there are not", async () => {
    const { exits } = suite();
    await sayGone(suite(), suite().batches[0], 0, 3);
    await exits.passGoneKeys(1n);
    await suite().poolManager.connect(suite().operator).discardBatch(1n);
    await sayGone(suite(), suite().batches[1], 0, 3);
    await exits.passGoneKeys(2n);
    await expect(exits.passGoneKeys(3n)).to.be.revertedWithCustomError(exits, "BatchUnknown").withArgs(2n);
  });
});

describe("PoolManager.triggerOverdueExits of larger pools, and of others", () => {
  it("takes 16 keys at most in a call", async () => {
    const suite = await deployRedeemable();
    const [holder] = suite.holders;
    await suite.poolETH.connect(holder).deposit(holder.address, holder.address, { value: 440n * ETHER });
    const batch = await newBatch(suite, 18);
    await activateChanged(suite, batch, [0, 18]);
    await requestEther(suite, 500n);
    await passTime(suite, OVERDUE_AFTER + 1n);
    const exits = await exitsOf(suite);
    // 640 ETH less 576 ETH are at hand.
    expect((await exits.overdueExits(1n)).count).to.equal(14n);
    const [, other] = suite.holders;
    await suite.queue.connect(other).requestEther(100n * ETHER, other.address);
    await passTime(suite, OVERDUE_AFTER + 1n);
    expect((await exits.overdueExits(2n)).count).to.equal(17n);
    await expect(exits.triggerOverdueExits(rangeOf(batch, 0, 17), 2n, { value: 17n }))
      .to.be.revertedWithCustomError(exits, "ExitsAboveLimit")
      .withArgs(17n, 16n);
    await exits.triggerOverdueExits(rangeOf(batch, 0, 16), 2n, { value: 16n });
    await exits.triggerOverdueExits(rangeOf(batch, 16, 17), 2n, { value: 1n });
    expect(await exitsAsked(suite)).to.deep.equal(keysAt(batch, ...Array.from({ length: 17 }, (_, i) => i)));
    await suite.chain.close();
  });

  it("reverts before anybody asked", async () => {
    const staked = await deployStaked();
    await expect(staked.exits.overdueExits(1n))
      .to.be.revertedWithCustomError(staked.exits, "WithdrawalNotOverdue")
      .withArgs(1n);
    await staked.chain.close();
    const suite = await deploySuite();
    const exits = await exitsOf(suite);
    await expect(exits.overdueExits(1n)).to.be.revertedWithCustomError(exits, "WithdrawalNotOverdue").withArgs(1n);
    await expect(suite.deployer.sendTransaction({ to: await suite.poolManager.getAddress(), value: 1n }))
      .to.be.revertedWithCustomError(suite.poolManager, "EtherNotTaken")
      .withArgs(1n);
    await suite.chain.close();
  });
});
