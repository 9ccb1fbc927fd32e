import { expect } from "chai";

import {
  DAY,
  depositFor,
  ETHER,
  etherOf,
  impersonate,
  LOCKED_SHARES,
  now,
  passTime,
  strangers,
  ZERO_ADDRESS,
} from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployQueueSuite, type QueueSuite } from "../helpers/queueSuite.ts";
import { FAST_GROWTH, gainTo, loseTo, rebaseTo } from "../helpers/shareRate.ts";
import { approveAndStake, makeKeys } from "../helpers/stake.ts";

/** Alice holds a hundred ether. */
async function deployWithHolder(): Promise<QueueSuite> {
  const suite = await deployQueueSuite(FAST_GROWTH);
  const [alice] = await strangers(suite);
  await depositFor(suite, alice, 100n * ETHER);
  return suite;
}

describe("PoolETH and its withdrawal queue", () => {
  const suite = useSuite(deployWithHolder);

  it("locks shares of who asked the queue, without an allowance", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await gainTo(suite(), 150n * ETHER);
    const shares = 10n * ETHER + 1n;
    const worth = await poolETH.toEtherDown(shares);
    expect(await queue.connect(alice).request.staticCall(shares)).to.equal(worth);

    const request = queue.connect(alice).request(shares);
    const address = await queue.getAddress();
    await expect(request).to.emit(poolETH, "Transfer").withArgs(alice.address, address, worth);
    await expect(request).to.emit(poolETH, "TransferShares").withArgs(alice.address, address, shares);
    expect(await poolETH.sharesOf(queue)).to.equal(shares);
    await expect(queue.connect(alice).request(100n * ETHER))
      .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
      .withArgs(alice.address, 90n * ETHER - 1n, 100n * ETHER);
  });

  it("I4 I7 burns what it pays for, at the rate of the moment, and the rate does not fall", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(10n * ETHER);
    await gainTo(suite(), 115n * ETHER);
    const [shares, total] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
    const paid = (7n * ETHER * total) / shares;

    expect(await queue.pay.staticCall(7n * ETHER)).to.equal(paid);
    const payment = queue.pay(7n * ETHER);
    const address = await queue.getAddress();
    await expect(payment).to.emit(poolETH, "Transfer").withArgs(address, ZERO_ADDRESS, paid);
    await expect(payment)
      .to.emit(poolETH, "TransferShares")
      .withArgs(address, ZERO_ADDRESS, 7n * ETHER);

    expect(await etherOf(suite(), queue)).to.equal(paid);
    expect(await etherOf(suite(), poolETH)).to.equal(100n * ETHER + LOCKED_SHARES - paid);
    expect(await poolETH.sharesOf(queue)).to.equal(3n * ETHER);
    const [newShares, newTotal] = [await poolETH.totalShares(), await poolETH.totalPooledEther()];
    expect([newShares, newTotal]).to.deep.equal([shares - 7n * ETHER, total - paid]);
    expect(newTotal * shares >= total * newShares).to.equal(true);
  });

  it("lets locked shares earn and lose until they are paid", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(100n * ETHER);
    await loseTo(suite(), 80n * ETHER);
    await queue.finalize(1n, 0n);
    expect(await etherOf(suite(), queue)).to.equal((100n * ETHER * 80n * ETHER) / (100n * ETHER + LOCKED_SHARES));
    expect(await poolETH.totalShares()).to.equal(LOCKED_SHARES);
  });

  it("H25 reverts when the shares are worth nothing", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(10n);
    await expect(queue.pay(0n)).to.be.revertedWithCustomError(poolETH, "NothingToExchange").withArgs();
    await loseTo(suite(), 50n * ETHER);
    await expect(queue.pay(1n)).to.be.revertedWithCustomError(poolETH, "NothingToExchange").withArgs();
    await queue.pay(3n);
    expect(await etherOf(suite(), queue)).to.equal(1n);
  });

  it("reverts when the ether is staked, and takes nothing then", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await approveAndStake(suite(), await makeKeys(suite(), 2));
    await queue.connect(alice).request(50n * ETHER);
    const left = 36n * ETHER + LOCKED_SHARES;
    await expect(queue.pay(50n * ETHER))
      .to.be.revertedWithCustomError(poolETH, "InsufficientEther")
      .withArgs(left, 50n * ETHER);
    await queue.pay(left);
    expect(await etherOf(suite(), poolETH)).to.equal(0n);
    expect(await poolETH.totalPooledEther()).to.equal(64n * ETHER);
  });

  it("reverts when the queue burns more shares than it holds, or refuses the ether", async () => {
    const { poolETH, queue } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(ETHER);
    await expect(queue.pay(ETHER + 1n))
      .to.be.revertedWithCustomError(poolETH, "InsufficientShares")
      .withArgs(await queue.getAddress(), ETHER, ETHER + 1n);
    await queue.refuse(true);
    await expect(queue.pay(ETHER)).to.be.revertedWithCustomError(queue, "Refused").withArgs(ETHER);
    expect(await poolETH.sharesOf(queue)).to.equal(ETHER);
  });

  it("pays nothing from the announcement of a loss until three days after it is booked", async () => {
    const { poolETH, queue, admin } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(10n * ETHER);
    await poolETH.connect(admin).announceLoss(21n * ETHER);
    const announcedAt = await now(suite());
    await expect(queue.pay(ETHER)).to.be.revertedWithCustomError(poolETH, "ShutByLoss").withArgs(announcedAt, 0n);

    await passTime(suite(), 3n * DAY);
    await rebaseTo(suite(), 80n * ETHER);
    const bookedAt = await now(suite());
    await suite().chain.networkHelpers.time.setNextBlockTimestamp(bookedAt + 3n * DAY);
    await expect(queue.pay(ETHER)).to.be.revertedWithCustomError(poolETH, "ShutByLoss").withArgs(0n, bookedAt);
    await suite().chain.networkHelpers.time.setNextBlockTimestamp(bookedAt + 3n * DAY + 1n);
    await queue.pay(ETHER);
    expect(await etherOf(suite(), queue)).to.equal((ETHER * 80n * ETHER) / (100n * ETHER + LOCKED_SHARES));
  });

  it("obeys nobody but the queue", async () => {
    const { poolETH, queue, admin, accounting } = suite();
    const address = await queue.getAddress();
    for (const caller of [admin, await impersonate(suite(), accounting)])
      for (const call of [
        () => poolETH.connect(caller).lockShares(caller, 1n),
        () => poolETH.connect(caller).payForShares(1n),
      ])
        await expect(call()).to.be.revertedWithCustomError(poolETH, "CallerNotPeer").withArgs(caller.address, address);
  });

  it("keeps ether that the queue waits for from being staked", async () => {
    const { poolManager, queue } = suite();
    const [alice] = await strangers(suite());
    expect(await poolManager.freeEther()).to.equal(100n * ETHER + LOCKED_SHARES);
    await queue.connect(alice).request(70n * ETHER);
    expect(await poolManager.freeEther()).to.equal(30n * ETHER + LOCKED_SHARES);
  });

  it("keeps it while some of them wait, through reports, caps and pauses, and no longer", async () => {
    const { poolManager, poolETH, queue, admin, guardian } = suite();
    const [alice] = await strangers(suite());
    await queue.connect(alice).request(70n * ETHER);
    const left = 30n * ETHER + LOCKED_SHARES;
    for (const change of [
      () => queue.pay(20n * ETHER),
      async () => rebaseTo(suite(), await poolETH.totalPooledEther()),
      () => poolETH.connect(admin).setCap(5_000),
      () => poolETH.connect(guardian).pauseDeposits(DAY),
      async () => rebaseTo(suite(), await poolETH.totalPooledEther()),
      () => poolETH.connect(alice).transferShares(admin.address, ETHER),
    ]) {
      await change();
      expect(await poolManager.freeEther(), String(change)).to.equal(left);
    }
    await queue.pay(50n * ETHER);
    expect([await poolManager.freeEther(), await etherOf(suite(), poolETH)]).to.deep.equal([left, left]);
    expect((await poolETH.stakingState()).waiting).to.equal(0n);
  });

  it("keeps it from being staked whatever policy says is buffered", async () => {
    const { poolETH, poolManager, accounting, queue } = suite();
    const [alice] = await strangers(suite());
    const asAccounting = await impersonate(suite(), accounting);
    const keys = await makeKeys(suite(), 1);
    const fees = { treasury: ZERO_ADDRESS, operations: ZERO_ADDRESS, fee: 0n, costs: 0n };
    const total = await poolETH.totalPooledEther();
    await queue.connect(alice).request(70n * ETHER);
    await poolETH.connect(asAccounting).rebase(total, fees, -(2n ** 63n));
    expect(await poolManager.freeEther()).to.equal(1_600n * ETHER);
    await expect(approveAndStake(suite(), keys))
      .to.be.revertedWithCustomError(poolETH, "InsufficientEther")
      .withArgs(30n * ETHER + LOCKED_SHARES, 32n * ETHER);
    await queue.pay(70n * ETHER);
    expect(await etherOf(suite(), queue)).to.equal(70n * ETHER);
  });
});
