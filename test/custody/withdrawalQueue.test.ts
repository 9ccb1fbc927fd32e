import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { etherOf, impersonate } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deployRedeemable, finalizeByReport, REQUEST_STATE } from "../helpers/withdrawals.ts";

const ETHER = 10n ** 18n;
const UNIT = 10n ** 9n;
/** Behind what OpenZeppelin's ERC-721 keeps, the requests, and how many each has. */
const HEAD_SLOT = 8;
const { none, waiting, claimable, claimed } = REQUEST_STATE;

describe("WithdrawalQueue.requestWithdrawal", () => {
  const suite = useSuite(deployRedeemable);

  it("locks whole units of the caller's shares for a request, without an allowance", async () => {
    const { queue, poolETH, holders } = suite();
    const [holder, owner] = holders;
    const before = await poolETH.sharesOf(holder.address);
    await expect(queue.connect(holder).requestWithdrawal(2n * ETHER + UNIT - 1n, owner.address))
      .to.emit(queue, "WithdrawalRequested")
      .withArgs(1n, holder.address, 2n * ETHER);
    expect(await poolETH.sharesOf(holder.address)).to.equal(before - 2n * ETHER);
    expect(await poolETH.sharesOf(queue)).to.equal(2n * ETHER);
    expect(await queue.ownerOf(1n)).to.equal(owner.address);
    expect(await queue.balanceOf(owner.address)).to.equal(1n);
    const { state, shares, ethAmount } = await queue.requestOf(1n);
    expect([state, shares, ethAmount]).to.deep.equal([waiting, 2n * ETHER, 2n * ETHER]);
    expect(await queue.unfinalizedEther()).to.equal(2n * ETHER);
  });

  it("makes a request for each of several numbers of shares, and one for an amount of ether", async () => {
    const { queue, holders } = suite();
    const [holder] = holders;
    await queue.connect(holder).requestWithdrawals([ETHER, 2n * ETHER, 3n * ETHER], holder.address);
    await queue.connect(holder).requestEther(4n * ETHER, holder.address);
    const requests = await Promise.all([1n, 2n, 3n, 4n].map((id) => queue.requestOf(id)));
    expect(requests.map(({ shares }) => shares / ETHER)).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(await queue.requestsOf(holder.address, 0n, 10n)).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(await queue.requestsOf(holder.address, 2n, 2n)).to.deep.equal([2n, 3n]);
    expect(await queue.requestsOf(ZeroAddress, 0n, 10n)).to.deep.equal([]);
  });

  it("reverts for too little, too much, more than there is, and for nobody", async () => {
    const { queue, poolETH, holders, chain } = suite();
    const [holder, other] = holders;
    const [least, most] = [ETHER / 1_000n, 1_000n * ETHER];
    const request = (shares: bigint) => queue.connect(holder).requestWithdrawal(shares, other.address);
    await expect(request(least - UNIT))
      .to.be.revertedWithCustomError(queue, "RequestOutOfRange")
      .withArgs(least - UNIT, least, most);
    await expect(request(101n * ETHER)).to.be.revertedWithCustomError(poolETH, "InsufficientShares");
    await expect(queue.connect(holder).requestWithdrawal(ETHER, ZeroAddress))
      .to.be.revertedWithCustomError(queue, "ERC721InvalidReceiver")
      .withArgs(ZeroAddress);
    await poolETH.connect(holder).deposit(holder.address, chain.ethers.ZeroAddress, { value: most });
    await expect(request(most + UNIT)).to.be.revertedWithCustomError(queue, "RequestOutOfRange");
    await request(most);
    await request(least);
  });

  it("reverts when there is no room for more requests, or for more shares", async () => {
    const { queue, holders, chain } = suite();
    const lastId = 2n ** 32n - 1n;
    const requested = 2n ** 64n - 1n;
    for (const [head, id, shares] of [
      [lastId, lastId + 1n, ETHER / UNIT],
      [requested << 128n, 1n, requested + ETHER / UNIT],
    ] as const) {
      await chain.networkHelpers.setStorageAt(await queue.getAddress(), HEAD_SLOT, head);
      await expect(queue.connect(holders[0]).requestWithdrawal(ETHER, holders[0].address))
        .to.be.revertedWithCustomError(queue, "QueueOverflow")
        .withArgs(id, shares);
    }
  });
});

describe("WithdrawalQueue.finalize", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue.connect(holders[0]).requestWithdrawals([10n * ETHER, 20n * ETHER], holders[0].address);
    await queue.connect(holders[1]).requestWithdrawal(30n * ETHER, holders[1].address);
    return deployed;
  });

  it("I28 sets the ether of a prefix aside at the rate of the report, and lets the others wait", async () => {
    const { queue, poolETH } = suite();
    const pooled = await poolETH.totalPooledEther();
    await expect(finalizeByReport(suite(), 2n))
      .to.emit(queue, "WithdrawalsFinalized")
      .withArgs(1n, 2n, 30n * ETHER, 30n * ETHER);
    expect(await etherOf(suite(), queue)).to.equal(30n * ETHER);
    expect(await poolETH.totalPooledEther()).to.equal(pooled - 30n * ETHER);
    const states = await Promise.all([0n, 1n, 2n, 3n, 4n].map(async (id) => (await queue.requestOf(id)).state));
    expect(states).to.deep.equal([none, claimable, claimable, waiting, none]);
    const { lastId, lastFinalizedId, waitingShares, checkpointCount } = await queue.queueState();
    expect([lastId, lastFinalizedId, waitingShares, checkpointCount]).to.deep.equal([3n, 2n, 30n * ETHER, 1n]);
  });

  it("I33 tells the last request that an amount pays, to the wei", async () => {
    const { queue } = suite();
    for (const [ethAmount, id, required] of [
      [10n * ETHER - 1n, 0n, 0n],
      [10n * ETHER, 1n, 10n * ETHER],
      [30n * ETHER - 1n, 1n, 10n * ETHER],
      [30n * ETHER, 2n, 30n * ETHER],
      [60n * ETHER - 1n, 2n, 30n * ETHER],
      [60n * ETHER, 3n, 60n * ETHER],
    ] as const)
      expect(await queue.payableUpTo(3n, ethAmount), `${ethAmount} wei`).to.deep.equal([id, required]);
    expect(await queue.payableUpTo(2n, 60n * ETHER)).to.deep.equal([2n, 30n * ETHER]);
  });

  it("H41 shares a loss with those who wait, and none with those who are finalized", async () => {
    const { queue, poolETH } = suite();
    await stakeKeys(suite(), 1);
    await finalizeByReport(suite(), 1n);
    const [pooled, shares] = [await poolETH.totalPooledEther(), await poolETH.totalShares()];
    await applyReport(suite(), await makeReport(suite(), -10_000_000n));
    const loss = ETHER / 100n;
    expect((await queue.requestOf(1n)).ethAmount).to.equal(10n * ETHER);
    expect((await queue.requestOf(2n)).ethAmount).to.equal((20n * ETHER * (pooled - loss)) / shares);
  });

  it("does nothing for requests that are finalized", async () => {
    const { queue } = suite();
    await finalizeByReport(suite(), 2n);
    await expect(finalizeByReport(suite(), 1n)).not.to.emit(queue, "WithdrawalsFinalized");
  });

  it("reverts for unknown requests, and for everybody but Accounting", async () => {
    const { queue, deployer, accounting } = suite();
    await expect(queue.connect(await impersonate(suite(), accounting)).finalize(4n, 0n))
      .to.be.revertedWithCustomError(queue, "RequestUnknown")
      .withArgs(4n);
    await expect(queue.connect(await impersonate(suite(), accounting)).finalize(2n, 30n * ETHER - 1n))
      .to.be.revertedWithCustomError(queue, "FinalizationAboveLimit")
      .withArgs(30n * ETHER, 30n * ETHER - 1n);
    await expect(queue.finalize(1n, 0n))
      .to.be.revertedWithCustomError(queue, "CallerNotPeer")
      .withArgs(deployer.address, await accounting.getAddress());
    await expect(queue.receiveEther({ value: 1n })).to.be.revertedWithCustomError(queue, "CallerNotPeer");
  });
});

describe("WithdrawalQueue.claim", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue.connect(holders[0]).requestWithdrawals([10n * ETHER, 20n * ETHER, ETHER], holders[0].address);
    await finalizeByReport(deployed, 1n);
    await finalizeByReport(deployed, 2n);
    return deployed;
  });

  it("I30 pays the owner once, to whomever he names", async () => {
    const { queue, holders, chain } = suite();
    const receiver = "0x00000000000000000000000000000000000000ab";
    const claim = () => queue.connect(holders[0]).claim(2n, 2n, receiver);
    await expect(claim())
      .to.emit(queue, "WithdrawalClaimed")
      .withArgs(2n, chain.ethers.getAddress(receiver), 20n * ETHER);
    expect(await chain.ethers.provider.getBalance(receiver)).to.equal(20n * ETHER);
    expect((await queue.requestOf(2n)).state).to.equal(claimed);
    expect(await queue.balanceOf(holders[0].address)).to.equal(2n);
    await expect(claim()).to.be.revertedWithCustomError(queue, "CallerNotOwner").withArgs(2n, holders[0].address);
  });

  it("pays several at once, of any checkpoints, in any order", async () => {
    const { queue, holders } = suite();
    const receiver = "0x00000000000000000000000000000000000000ab";
    await queue.connect(holders[0]).claimMany([2n, 1n], [2n, 1n], receiver);
    expect(await etherOf(suite(), receiver)).to.equal(30n * ETHER);
    expect(await etherOf(suite(), queue)).to.equal(0n);
  });

  it("pays whoever a request was given to", async () => {
    const { queue, holders } = suite();
    const [from, to] = holders;
    await queue.connect(from).transferFrom(from.address, to.address, 1n);
    await expect(queue.connect(from).claim(1n, 1n, from.address))
      .to.be.revertedWithCustomError(queue, "CallerNotOwner")
      .withArgs(1n, from.address);
    await queue.connect(to).claim(1n, 1n, to.address);
    expect(await queue.balanceOf(from.address)).to.equal(2n);
    expect(await queue.balanceOf(to.address)).to.equal(0n);
  });

  it("H54 reverts for every checkpoint but its own, for requests that wait, and for receivers that refuse", async () => {
    const { queue, holders, poolETH } = suite();
    const claim = (id: bigint, point: bigint) => queue.connect(holders[0]).claim(id, point, holders[0].address);
    for (const [id, point] of [
      [1n, 0n],
      [1n, 2n],
      [2n, 1n],
      [2n, 3n],
    ] as const)
      await expect(claim(id, point)).to.be.revertedWithCustomError(queue, "CheckpointMismatch").withArgs(id, point);
    for (const point of [0n, 1n, 2n, 3n])
      await expect(claim(3n, point)).to.be.revertedWithCustomError(queue, "RequestNotFinalized").withArgs(3n);
    // The pool would take it for a deposit of the queue, in shares that are nobody's.
    for (const receiver of [queue, poolETH])
      await expect(queue.connect(holders[0]).claim(1n, 1n, receiver))
        .to.be.revertedWithCustomError(queue, "ClaimTransferFailed")
        .withArgs(await receiver.getAddress());
    await expect(queue.connect(holders[0]).claimMany([1n], [], holders[0].address))
      .to.be.revertedWithCustomError(queue, "CheckpointCountMismatch")
      .withArgs(1n, 0n);
    expect(await poolETH.sharesOf(queue)).to.equal(ETHER);
  });

  it("finds the checkpoint of a request", async () => {
    const { queue } = suite();
    expect([await queue.checkpointOf(1n), await queue.checkpointOf(2n)]).to.deep.equal([1n, 2n]);
    await expect(queue.checkpointOf(3n)).to.be.revertedWithCustomError(queue, "RequestNotFinalized").withArgs(3n);
    for (const id of [0n, 4n])
      await expect(queue.checkpointOf(id)).to.be.revertedWithCustomError(queue, "RequestUnknown").withArgs(id);
  });
});
