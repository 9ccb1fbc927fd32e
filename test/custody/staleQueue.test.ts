import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { DAY, ETHER, impersonate, now, passTime } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { deployRedeemable } from "../helpers/withdrawals.ts";

describe("WithdrawalQueue.finalizeStale", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue.connect(holders[0]).requestWithdrawals([ETHER, 2n * ETHER], holders[0].address);
    return deployed;
  });
  const notStale = (sent: Promise<unknown>, id: bigint) =>
    expect(sent).to.be.revertedWithCustomError(suite().queue, "NotStale").withArgs(id);

  it("H38 lets anyone finalize requests of before the mark, a day after it, seven days after the last report", async () => {
    const { queue, holders } = suite();
    await notStale(queue.markStale(), 2n);
    await passTime(suite(), 7n * DAY);
    await queue.markStale();
    const { markedId, markedAt } = await queue.queueState();
    expect([markedId, markedAt]).to.deep.equal([2n, await now(suite())]);
    await queue.connect(holders[1]).requestWithdrawal(ETHER, holders[1].address);
    await notStale(queue.finalizeStale(2n), 2n);
    await passTime(suite(), DAY);
    await notStale(queue.finalizeStale(3n), 3n);
    await expect(queue.finalizeStale(2n))
      .to.emit(queue, "WithdrawalsFinalized")
      .withArgs(1n, 2n, 3n * ETHER, 3n * ETHER);
  });

  it("H38 cannot be put off by marking again, and is over with the next report", async () => {
    const { queue } = suite();
    await passTime(suite(), 8n * DAY);
    await queue.markStale();
    await expect(queue.markStale()).to.be.revertedWithCustomError(queue, "StaleAlreadyMarked").withArgs(2n);
    await applyReport(suite(), await makeReport(suite()));
    await passTime(suite(), 2n * DAY);
    await notStale(queue.finalizeStale(2n), 2n);
    await passTime(suite(), 7n * DAY);
    await queue.markStale();
  });

  it("H38 is marked after seven days and finalized a day after, and not a second before", async () => {
    const { queue, poolETH, chain } = suite();
    const at = (time: bigint) => chain.networkHelpers.time.setNextBlockTimestamp(time);
    const lastRebase = await poolETH.lastRebase();
    await at(lastRebase + 7n * DAY);
    await notStale(queue.markStale(), 2n);
    const markedAt = lastRebase + 7n * DAY + 1n;
    await at(markedAt);
    await queue.markStale();
    await at(markedAt + DAY - 1n);
    await notStale(queue.finalizeStale(2n), 2n);
    await at(markedAt + DAY);
    await queue.finalizeStale(2n);
    expect((await queue.queueState()).lastFinalizedId).to.equal(2n);
  });

  it("H38 can be marked anew when the report that ended a mark came in the same second", async () => {
    const { queue, poolETH, chain } = suite();
    const { provider } = chain.ethers;
    const asAccounting = await impersonate(suite(), suite().accounting);
    const fees = { treasury: ZeroAddress, operations: ZeroAddress, fee: 0n, costs: 0n };
    const pooled = await poolETH.totalPooledEther();
    await passTime(suite(), 8n * DAY);
    await provider.send("evm_setAutomine", [false]);
    await queue.markStale({ gasLimit: 200_000n });
    await poolETH.connect(asAccounting).rebase(pooled, fees, 0n, { gasLimit: 200_000n });
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
    expect((await queue.queueState()).markedAt).to.equal(await poolETH.lastRebase());
    await passTime(suite(), 7n * DAY);
    await notStale(queue.finalizeStale(2n), 2n);
    await queue.markStale();
    await passTime(suite(), DAY);
    await queue.finalizeStale(2n);
  });

  it("H38 lets anyone finalize after 30 days without a report", async () => {
    const { queue, poolETH, chain } = suite();
    const lastRebase = await poolETH.lastRebase();
    await chain.networkHelpers.time.increaseTo(lastRebase + 30n * DAY - 1n);
    await notStale(queue.finalizeStale(1n), 1n);
    await chain.networkHelpers.time.increaseTo(lastRebase + 30n * DAY + 1n);
    await queue.finalizeStale(1n);
    expect((await queue.queueState()).lastFinalizedId).to.equal(1n);
  });

  it("H38 lets anyone finalize what has waited for 60 days, and nothing later, beside reports that go on", async () => {
    const { queue, holders, chain } = suite();
    const { requestedAt } = await queue.requestOf(2n);
    await passTime(suite(), 40n * DAY);
    await queue.connect(holders[1]).requestWithdrawal(ETHER, holders[1].address);
    await applyReport(suite(), await makeReport(suite()));
    await chain.networkHelpers.time.increaseTo(requestedAt + 60n * DAY - 1n);
    await notStale(queue.finalizeStale(2n), 2n);
    await chain.networkHelpers.time.increaseTo(requestedAt + 60n * DAY + 1n);
    await notStale(queue.finalizeStale(3n), 3n);
    await queue.finalizeStale(2n);
    expect((await queue.queueState()).lastFinalizedId).to.equal(2n);
  });
});
