import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";

import { DAY, depositFor, ETHER, now, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deployRedeemable, finalizeByReport, REQUEST_STATE } from "../helpers/withdrawals.ts";

const EXIT = 256n * 32n * 12n + 9n * DAY + DAY;
const { none, waiting, claimable, claimed } = REQUEST_STATE;

/** Four requests: the first claimed, the second claimable, the others waiting; the third is somebody else's. */
async function deployWithRequests() {
  const deployed = await deployRedeemable();
  const { queue, holders } = deployed;
  const [first, second] = holders;
  await queue.connect(first).requestWithdrawals([ETHER, 2n * ETHER], first.address);
  await queue.connect(second).requestWithdrawal(3n * ETHER, second.address);
  await queue.connect(first).requestWithdrawal(4n * ETHER, first.address);
  await finalizeByReport(deployed, 1n);
  await finalizeByReport(deployed, 2n);
  await queue.connect(first).claim(1n, 1n, first.address);
  return deployed;
}

describe("WithdrawalQueue.requestsAt", () => {
  const suite = useSuite(deployWithRequests);

  it("tells of each request what requestOf does, in the order asked for", async () => {
    const { queue } = suite();
    const ids = [4n, 1n, 0n, 2n, 3n, 5n, 2n];
    const requests = await queue.requestsAt(ids);
    expect(requests.map(({ state }) => state)).to.deep.equal([
      waiting,
      claimed,
      none,
      claimable,
      waiting,
      none,
      claimable,
    ]);
    for (const [i, id] of ids.entries())
      expect([...(requests[i] ?? [])], id.toString()).to.deep.equal([...(await queue.requestOf(id))]);
    expect(await queue.requestsAt([])).to.deep.equal([]);
  });
});

describe("WithdrawalQueue.requestsOf", () => {
  const suite = useSuite(deployWithRequests);

  it("finds them by pages, also at the end, beyond it, and with counts of zero and of more than there are", async () => {
    const { queue, holders } = suite();
    const find = async (firstId: bigint, count: bigint) => queue.requestsOf(holders[0].address, firstId, count);
    for (const [firstId, count, found] of [
      [0n, 5n, [2n, 4n]],
      [1n, 2n, [2n]],
      [2n, 1n, [2n]],
      [2n, 2n, [2n]],
      [3n, 1n, []],
      [3n, 2n, [4n]],
      [4n, 1n, [4n]],
      [4n, 1_000n, [4n]],
      [0n, 0n, []],
      [4n, 0n, []],
      [5n, 1n, []],
      [0n, MaxUint256, [2n, 4n]],
      [4n, MaxUint256, [4n]],
      [5n, MaxUint256, []],
      [MaxUint256, 1n, []],
      [MaxUint256, MaxUint256, []],
    ] as const)
      expect(await find(firstId, count), `${firstId} ${count}`).to.deep.equal(found);
    expect(await queue.requestsOf(ZeroAddress, 0n, 5n)).to.deep.equal([]);
    expect(await queue.requestsOf(await queue.getAddress(), 0n, 5n)).to.deep.equal([]);
  });
});

describe("WithdrawalQueue.claimableEther", () => {
  const suite = useSuite(deployWithRequests);

  it("sums what can be claimed, and nothing else", async () => {
    const { queue } = suite();
    expect(await queue.claimableEther([])).to.equal(0n);
    expect(await queue.claimableEther([0n, 1n, 3n, 4n, 5n])).to.equal(0n);
    expect(await queue.claimableEther([1n, 2n, 3n])).to.equal(2n * ETHER);
    await finalizeByReport(suite(), 4n);
    expect(await queue.claimableEther([4n, 2n, 1n, 3n])).to.equal(9n * ETHER);
  });
});

describe("WithdrawalQueue.checkpointsOf", () => {
  const suite = useSuite(deployWithRequests);

  it("finds those of many requests in any order, and reverts for those that have none", async () => {
    const { queue } = suite();
    await finalizeByReport(suite(), 4n);
    const ids = [3n, 1n, 2n, 4n, 4n, 3n, 1n];
    expect(await queue.checkpointsOf(ids)).to.deep.equal([3n, 1n, 2n, 3n, 3n, 3n, 1n]);
    await queue.connect(suite().holders[0]).requestWithdrawal(ETHER, suite().holders[0].address);
    await expect(queue.checkpointsOf([1n, 5n]))
      .to.be.revertedWithCustomError(queue, "RequestNotFinalized")
      .withArgs(5n);
    for (const id of [0n, 6n])
      await expect(queue.checkpointsOf([1n, id]))
        .to.be.revertedWithCustomError(queue, "RequestUnknown")
        .withArgs(id);
  });
});

describe("WithdrawalQueue.estimatedAt", () => {
  const suite = useSuite(deployWithRequests);

  it("is zero for claimed requests, now for claimable ones, and unknown for others", async () => {
    const { queue } = suite();
    expect(await queue.estimatedAt(1n)).to.equal(0n);
    expect(await queue.estimatedAt(2n)).to.equal(await now(suite()));
    for (const id of [0n, 5n])
      await expect(queue.estimatedAt(id)).to.be.revertedWithCustomError(queue, "RequestUnknown").withArgs(id);
  });

  it("is the time of the next daily report while what is buffered covers all up to the request", async () => {
    const { queue, poolETH } = suite();
    const next = (await poolETH.lastRebase()) + DAY;
    for (const id of [3n, 4n]) expect(await queue.estimatedAt(id)).to.equal(next);
    for (const shares of [0n, ETHER]) expect(await queue.estimatedFor(shares)).to.equal(next);
    // A report that is late is expected in the same rhythm.
    await passTime(suite(), 2n * DAY);
    expect(await queue.estimatedAt(3n)).to.equal(next + 2n * DAY);
  });

  it("adds an exit of validators for those whom the buffered ether does not reach", async () => {
    const { queue, poolETH, holders } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(holders[0]).requestWithdrawal(90n * ETHER, holders[0].address);
    await depositFor(suite(), alice, 100n * ETHER);
    await stakeKeys(suite(), 6);
    await applyReport(suite(), await makeReport(suite()));
    const next = (await poolETH.lastRebase()) + DAY;
    expect(await queue.estimatedAt(5n)).to.equal(next);
    await queue.connect(alice).requestWithdrawal(100n * ETHER, alice.address);
    expect(await queue.estimatedAt(5n)).to.equal(next);
    expect(await queue.estimatedAt(6n)).to.equal(next + EXIT);
  });

  it("waits for losses that shut finalization", async () => {
    const { queue, poolETH, admin } = suite();
    await poolETH.connect(admin).announceLoss(ETHER);
    const [announcedAt, lastRebase] = [await now(suite()), await poolETH.lastRebase()];
    const after = (time: bigint, from: bigint) => from + ((time - from) / DAY + 1n) * DAY;
    expect(await queue.estimatedAt(3n)).to.equal(after(announcedAt + 17n * DAY, lastRebase));
    await poolETH.connect(admin).announceLoss(0n);

    await stakeKeys(suite(), 1);
    await applyReport(suite(), await makeReport(suite(), -1_500_000_000n), suite().members);
    const bookedAt = await now(suite());
    expect((await poolETH.depositGates()).lossBookedAt).to.equal(bookedAt);
    expect(await queue.estimatedAt(3n)).to.equal(bookedAt + 4n * DAY);
    // Deposits stay shut for longer.
    await passTime(suite(), 5n * DAY);
    expect((await poolETH.depositGates()).lossBookedAt).to.equal(bookedAt);
    expect(await queue.estimatedAt(3n)).to.equal(bookedAt + 6n * DAY);
  });
});
