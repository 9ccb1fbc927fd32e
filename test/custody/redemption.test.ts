import { expect } from "chai";

import { DAY, ETHER, etherOf, LOCKED_SHARES, now, passTime } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deployRedeemable, finalizeByReport, REQUEST_STATE } from "../helpers/withdrawals.ts";

const GWEI = 10n ** 9n;
const { none, waiting, claimable, claimed } = REQUEST_STATE;

/** Each holder asks for the ether of 10 and of 20 of his 100 ETH; the first request is finalized. */
async function deployWithRequests() {
  const deployed = await deployRedeemable();
  const { queue, holders } = deployed;
  for (const holder of holders)
    await queue.connect(holder).requestWithdrawals([10n * ETHER, 20n * ETHER], holder.address);
  await finalizeByReport(deployed, 1n);
  return deployed;
}

describe("A redemption", () => {
  const suite = useSuite(deployWithRequests);
  const statesOf = async () => (await suite().queue.requestsAt([0n, 1n, 2n, 3n, 4n, 5n])).map(({ state }) => state);

  it("I28 moves on from one state to the next, and never back", async () => {
    const { queue, holders } = suite();
    expect(await statesOf()).to.deep.equal([none, claimable, waiting, waiting, waiting, none]);
    await queue.connect(holders[0]).claimWithdrawal(1n, holders[0].address);
    expect(await statesOf()).to.deep.equal([none, claimed, waiting, waiting, waiting, none]);
    await finalizeByReport(suite(), 3n);
    expect(await statesOf()).to.deep.equal([none, claimed, claimable, claimable, waiting, none]);
    await finalizeByReport(suite(), 1n);
    expect(await statesOf()).to.deep.equal([none, claimed, claimable, claimable, waiting, none]);
    await queue.connect(holders[1]).claimWithdrawal(3n, holders[1].address);
    await queue.connect(holders[0]).claimWithdrawal(2n, holders[0].address);
    expect(await statesOf()).to.deep.equal([none, claimed, claimed, claimed, waiting, none]);
  });

  it("I30 pays a request once, whichever way it is claimed", async () => {
    const { queue, holders } = suite();
    const [holder] = holders;
    await finalizeByReport(suite(), 2n);
    const owned = queue.connect(holder);
    await expect(owned.claimWithdrawals([2n, 1n, 2n], holder.address))
      .to.be.revertedWithCustomError(queue, "CallerNotOwner")
      .withArgs(2n, holder.address);
    await owned.claimWithdrawal(1n, holder.address);
    for (const again of [
      () => owned.claim(1n, 1n, holder.address),
      () => owned.claimMany([2n, 1n], [2n, 1n], holder.address),
      () => owned.claimWithdrawal(1n, holder.address),
      () => owned.claimWithdrawals([2n, 1n], holder.address),
    ])
      await expect(again()).to.be.revertedWithCustomError(queue, "CallerNotOwner").withArgs(1n, holder.address);
    expect(await etherOf(suite(), queue)).to.equal(20n * ETHER);
  });

  it("I30 finds the checkpoint of a claim, and none for requests that wait", async () => {
    const { queue, holders } = suite();
    const [holder, other] = holders;
    await expect(queue.connect(holder).claimWithdrawal(1n, holder.address))
      .to.emit(queue, "WithdrawalClaimed")
      .withArgs(1n, holder.address, 10n * ETHER);
    for (const ids of [[2n], [2n, 1n]])
      await expect(queue.connect(holder).claimWithdrawals(ids, holder.address))
        .to.be.revertedWithCustomError(queue, "RequestNotFinalized")
        .withArgs(2n);
    await expect(queue.connect(holder).claimWithdrawal(2n, holder.address))
      .to.be.revertedWithCustomError(queue, "RequestNotFinalized")
      .withArgs(2n);
    for (const id of [0n, 3n, 5n])
      await expect(queue.connect(holder).claimWithdrawal(id, holder.address))
        .to.be.revertedWithCustomError(queue, "CallerNotOwner")
        .withArgs(id, holder.address);
    await queue.connect(other).claimWithdrawals([], other.address);
  });

  it("H71 I39 is paid while deposits and staking are paused, and a loss is announced", async () => {
    const { queue, poolETH, accounting, guardian, admin, holders } = suite();
    await finalizeByReport(suite(), 2n);
    await poolETH.connect(guardian).pauseDeposits(14n * DAY);
    await poolETH.connect(guardian).pauseStaking(14n * DAY);
    await poolETH.connect(admin).announceLoss(ETHER);
    const announcedAt = await now(suite());

    const [holder] = holders;
    const receiver = "0x00000000000000000000000000000000000000ab";
    await queue.connect(holder).claimWithdrawal(1n, receiver);
    await queue.connect(holder).transferFrom(holder.address, holders[1].address, 2n);
    await queue.connect(holders[1]).claim(2n, 2n, receiver);
    expect(await etherOf(suite(), receiver)).to.equal(30n * ETHER);
    // New requests are taken, and wait until the loss is known.
    await queue.connect(holder).requestWithdrawal(ETHER, holder.address);
    await expect(finalizeByReport(suite(), 3n))
      .to.emit(accounting, "FinalizationRefused")
      .withArgs(3n, poolETH.interface.encodeErrorResult("ShutByLoss", [announcedAt, 0n]));
    expect((await queue.requestOf(3n)).state).to.equal(waiting);
  });

  it("H38 is finalized and claimed by its owner alone when there was no report for 14 days", async () => {
    const { queue, poolETH, holders } = suite();
    const [, holder] = holders;
    await passTime(suite(), 14n * DAY + 1n);
    expect((await poolETH.depositGates()).isStale).to.equal(true);
    await queue.connect(holder).markStale();
    await passTime(suite(), DAY);
    await queue.connect(holder).finalizeStale(4n);
    const before = await etherOf(suite(), "0x00000000000000000000000000000000000000ab");
    await queue.connect(holder).claimWithdrawals([3n, 4n], "0x00000000000000000000000000000000000000ab");
    expect(await etherOf(suite(), "0x00000000000000000000000000000000000000ab")).to.equal(before + 30n * ETHER);
    // What came in front was finalized with it.
    expect(await queue.claimableEther([1n, 2n])).to.equal(30n * ETHER);
  });

  it("H38 is not finalized as stale while a loss is announced, and as soon as it is not", async () => {
    const { queue, poolETH, admin } = suite();
    await passTime(suite(), 31n * DAY);
    await poolETH.connect(admin).announceLoss(ETHER);
    await expect(queue.finalizeStale(4n))
      .to.be.revertedWithCustomError(poolETH, "ShutByLoss")
      .withArgs(await now(suite()), 0n);
    await passTime(suite(), 17n * DAY + 1n);
    await queue.finalizeStale(4n);
    expect(await queue.claimableEther([1n, 2n, 3n, 4n])).to.equal(60n * ETHER);
  });

  it("H41 shares a slashing between those who asked after it and those who stay, to the wei", async () => {
    const { queue, poolETH, holders } = suite();
    await stakeKeys(suite(), 2);
    await applyReport(suite(), await makeReport(suite()));
    // The slashing happens now; who sees it asks at once, before the report that tells of it.
    await queue.connect(holders[0]).requestWithdrawal(70n * ETHER, holders[0].address);
    const loss = 80_000_000n * GWEI;
    const [pooled, shares] = [await poolETH.totalPooledEther(), await poolETH.totalShares()];
    expect(shares).to.equal(190n * ETHER + LOCKED_SHARES);
    await applyReport(suite(), await makeReport(suite(), -loss / GWEI));
    const worth = (amount: bigint) => (amount * (pooled - loss)) / shares;
    expect(await poolETH.balanceOf(holders[1].address)).to.equal(worth(70n * ETHER));

    await finalizeByReport(suite(), 5n);
    // The dust of a wei may be his.
    const paid = (await queue.requestOf(5n)).ethAmount;
    expect(paid === worth(70n * ETHER) || paid === worth(70n * ETHER) + 1n).to.equal(true);
    expect((await queue.requestOf(1n)).ethAmount).to.equal(10n * ETHER);
  });

  it("brings the shares of running costs into the operating reserve, in ether", async () => {
    const { queue, poolETH, clusterManager, operations, holders } = suite();
    await finalizeByReport(suite(), 4n);
    await stakeKeys(suite(), 1);
    await passTime(suite(), 7n * DAY);
    await applyReport(suite(), await makeReport(suite(), 10_000_000n));
    const shares = await poolETH.sharesOf(operations.address);
    expect((await poolETH.toEtherDown(shares)) > ETHER / 1_000n).to.equal(true);

    await queue.connect(operations).requestWithdrawal(shares, operations.address);
    await finalizeByReport(suite(), 5n);
    const { ethAmount } = await queue.requestOf(5n);
    const before = await clusterManager.reserve();
    await expect(queue.connect(operations).claimWithdrawal(5n, clusterManager))
      .to.emit(queue, "WithdrawalClaimed")
      .withArgs(5n, await clusterManager.getAddress(), ethAmount);
    expect(await clusterManager.reserve()).to.equal(before + ethAmount);
    // What is below a unit stays with operations; the ether of others is untouched.
    expect(await poolETH.sharesOf(operations.address)).to.equal(shares % GWEI);
    expect(await queue.claimableEther([1n, 2n, 3n, 4n])).to.equal(60n * ETHER);
    expect(await queue.ownerOf(1n)).to.equal(holders[0].address);
  });
});
