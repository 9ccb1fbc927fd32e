import { expect } from "chai";

import { etherOf, passTime } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployQueueSuite } from "../helpers/queueSuite.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deployRedeemable, finalizeByReport } from "../helpers/withdrawals.ts";
import { DAY, ETHER, GWEI } from "./support/scenario.ts";

const DEPOSITS = 200n * ETHER;
const STAKED = 160n * ETHER;
/** Of two holders, who asked for 20 and 30 ETH. */
const [FIRST, SECOND] = [20n * ETHER, 30n * ETHER];

describe("Accounting.applyReport: finalization", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await stakeKeys(deployed, 5);
    await queue.connect(holders[0]).requestWithdrawal(FIRST, holders[0].address);
    await queue.connect(holders[1]).requestWithdrawal(SECOND, holders[1].address);
    await applyReport(deployed, await makeReport(deployed));
    return deployed;
  });

  it("H42 pays the queue at the rate of after the report", async () => {
    const rewards = ETHER / 100n;
    await suite().deployer.sendTransaction({ to: await suite().rewardsVault.getAddress(), value: rewards });
    const report = finalizeByReport(suite(), 1n);

    // No fee shares yet in the rate: a tenth of the rewards goes to the treasury.
    const pooled = DEPOSITS + GWEI + rewards;
    const fee = rewards / 10n;
    const shares = DEPOSITS + GWEI + (fee * (DEPOSITS + GWEI)) / (pooled - fee);
    const paid = (FIRST * pooled) / shares;
    const { poolETH, queue, accounting } = suite();
    await expect(report).to.emit(queue, "WithdrawalsFinalized").withArgs(1n, 1n, FIRST, paid);
    expect(await etherOf(suite(), queue)).to.equal(paid);
    expect(await poolETH.totalPooledEther()).to.equal(pooled - paid);
    expect(await accounting.bufferedEther()).to.equal(DEPOSITS - STAKED + GWEI + rewards - paid);
  });

  it("collects a vault when the ether of before does not suffice, and leaves it alone else", async () => {
    const { deployer, withdrawalVault, rewardsVault, queue, poolETH } = suite();
    for (const [vault, value] of [
      [withdrawalVault, 8n * ETHER],
      [rewardsVault, 24n * ETHER],
    ] as const)
      await deployer.sendTransaction({ to: await vault.getAddress(), value });
    await expect(applyReport(suite(), await makeReport(suite(), -32n * GWEI, { finalizeUpTo: 1n }))).not.to.emit(
      poolETH,
      "CollectedFrom",
    );
    const report = finalizeByReport(suite(), 2n);
    await expect(report)
      .to.emit(withdrawalVault, "Collected")
      .withArgs(8n * ETHER);
    await expect(report)
      .to.emit(rewardsVault, "Collected")
      .withArgs(24n * ETHER);
    expect(await etherOf(suite(), queue)).to.equal(FIRST + SECOND);
  });

  it("leaves the tips where they are when what validators paid out suffices", async () => {
    const { deployer, withdrawalVault, rewardsVault, queue } = suite();
    await deployer.sendTransaction({ to: await withdrawalVault.getAddress(), value: 32n * ETHER });
    await deployer.sendTransaction({ to: await rewardsVault.getAddress(), value: GWEI });
    const report = applyReport(suite(), await makeReport(suite(), -32n * GWEI, { finalizeUpTo: 2n }));
    await expect(report)
      .to.emit(withdrawalVault, "Collected")
      .withArgs(32n * ETHER);
    await expect(report).not.to.emit(rewardsVault, "Collected");
    expect((await queue.queueState()).lastFinalizedId).to.equal(2n);
  });

  it("I33 pays as many as buffered ether suffices for, in their order, and the others by a later report", async () => {
    const { queue, accounting, deployer, withdrawalVault } = suite();
    await expect(finalizeByReport(suite(), 2n)).to.emit(queue, "WithdrawalsFinalized").withArgs(1n, 1n, FIRST, FIRST);
    const { lastFinalizedId, waitingShares } = await queue.queueState();
    expect([lastFinalizedId, waitingShares]).to.deep.equal([1n, SECOND]);
    expect(await accounting.bufferedEther()).to.equal(20n * ETHER + GWEI);

    // Swept after the reference slot: it is there, and the consensus layer is still credited with it.
    const report = await makeReport(suite(), 0n, { finalizeUpTo: 2n });
    await deployer.sendTransaction({ to: await withdrawalVault.getAddress(), value: 32n * ETHER });
    await expect(applyReport(suite(), report)).not.to.emit(queue, "WithdrawalsFinalized");
    expect(await accounting.bufferedEther()).to.equal(20n * ETHER + GWEI);

    await applyReport(suite(), await makeReport(suite(), -32n * GWEI, { finalizeUpTo: 2n }));
    expect((await queue.queueState()).lastFinalizedId).to.equal(2n);
    expect(await accounting.bufferedEther()).to.equal(22n * ETHER + GWEI);
  });

  it("H38 I33 books reports and pays nobody while more was finalized as stale than is credited", async () => {
    const { queue, accounting, deployer, withdrawalVault, holders, poolETH } = suite();
    await queue.connect(holders[0]).requestWithdrawal(ETHER, holders[0].address);
    await passTime(suite(), 31n * DAY);
    await deployer.sendTransaction({ to: await withdrawalVault.getAddress(), value: 32n * ETHER });
    await withdrawalVault.collect();
    await queue.finalizeStale(2n);
    expect(await etherOf(suite(), poolETH)).to.equal(22n * ETHER + GWEI);

    // As of before the sweep: the consensus layer is still credited with what is paid out.
    const early = await makeReport(suite(), 0n, { vaultsReceivedWei: 0n, finalizeUpTo: 3n });
    await expect(applyReport(suite(), early)).not.to.emit(queue, "WithdrawalsFinalized");
    expect((await accounting.lastReport()).refSlot).to.equal(early.refSlot);
    expect(await accounting.bufferedEther()).to.equal(0n);
    await expect(accounting.skim()).to.be.revertedWithCustomError(accounting, "NothingToSkim");

    await applyReport(suite(), await makeReport(suite(), -32n * GWEI, { finalizeUpTo: 3n }));
    expect((await queue.queueState()).lastFinalizedId).to.equal(3n);
    expect(await accounting.bufferedEther()).to.equal(21n * ETHER + GWEI);
  });

  it("leaves the queue alone when nobody, or nobody else, is to be finalized", async () => {
    const { queue } = suite();
    await applyReport(suite(), await makeReport(suite()));
    expect(await etherOf(suite(), queue)).to.equal(0n);
    await finalizeByReport(suite(), 1n);
    await expect(finalizeByReport(suite(), 1n)).not.to.emit(queue, "WithdrawalsFinalized");
    expect(await etherOf(suite(), queue)).to.equal(FIRST);
  });

  it("takes a number that no request has for the last one", async () => {
    const { queue, holders, poolETH } = suite();
    await poolETH.connect(holders[0]).deposit(holders[0].address, holders[0].address, { value: SECOND });
    await finalizeByReport(suite(), 7n);
    expect((await queue.queueState()).lastFinalizedId).to.equal(2n);
  });

  it("H55 books the report and pays nobody when less is there than the books say", async () => {
    const { poolETH, queue, accounting, chain } = suite();
    await chain.networkHelpers.setBalance(await poolETH.getAddress(), FIRST - 1n);
    const report = await makeReport(suite(), 0n, { finalizeUpTo: 1n });
    await expect(applyReport(suite(), report)).not.to.emit(queue, "WithdrawalsFinalized");
    expect((await accounting.lastReport()).refSlot).to.equal(report.refSlot);
    expect(await poolETH.sharesOf(queue)).to.equal(FIRST + SECOND);
    await chain.networkHelpers.setBalance(await poolETH.getAddress(), FIRST);
    await finalizeByReport(suite(), 1n);
    expect(await etherOf(suite(), queue)).to.equal(FIRST);
  });

  it("H41 books the report and finalizes nothing while a loss is announced, or was booked within three days", async () => {
    const { poolETH, accounting, admin, queue } = suite();
    await poolETH.connect(admin).announceLoss(ETHER);
    const announcedAt = await suite().chain.networkHelpers.time.latest();
    const reason = (...times: number[]) => poolETH.interface.encodeErrorResult("ShutByLoss", times);
    await expect(finalizeByReport(suite(), 1n))
      .to.emit(accounting, "FinalizationRefused")
      .withArgs(1n, reason(announcedAt, 0));

    await poolETH.connect(admin).announceLoss(0n);
    const loss = await makeReport(suite(), -2n * GWEI, { finalizeUpTo: 1n });
    await expect(applyReport(suite(), loss, suite().members)).to.emit(accounting, "FinalizationRefused");
    const bookedAt = await suite().chain.networkHelpers.time.latest();
    await expect(finalizeByReport(suite(), 1n))
      .to.emit(accounting, "FinalizationRefused")
      .withArgs(1n, reason(0, bookedAt));
    expect(await etherOf(suite(), queue)).to.equal(0n);

    await passTime(suite(), 3n * DAY);
    await finalizeByReport(suite(), 1n);
    expect(await etherOf(suite(), queue)).to.equal((FIRST * (DEPOSITS + GWEI - 2n * ETHER)) / (DEPOSITS + GWEI));
  });
});

describe("Accounting.applyReport with a queue that fails", () => {
  const suite = useSuite(deployQueueSuite);

  it("books the report, and says why nobody was paid", async () => {
    const { queue, accounting, poolETH, deployer } = suite();
    await poolETH.deposit(deployer.address, deployer.address, { value: 64n * ETHER });
    await queue.request(FIRST);
    await queue.refuse(true);
    const report = await makeReport(suite(), 0n, { finalizeUpTo: 7n });
    await expect(applyReport(suite(), report))
      .to.emit(accounting, "FinalizationRefused")
      .withArgs(7n, queue.interface.encodeErrorResult("Refused", [FIRST]));
    expect((await accounting.lastReport()).refSlot).to.equal(report.refSlot);
    expect(await poolETH.sharesOf(queue)).to.equal(FIRST);

    await queue.refuse(false);
    await applyReport(suite(), await makeReport(suite(), 0n, { finalizeUpTo: 8n }));
    expect(await queue.lastFinalized()).to.equal(8n);
  });

  it("reverts when gas does not suffice to finalize, which the sender must not get to choose", async () => {
    const { queue, accounting, chain } = suite();
    const selector = queue.interface.getFunction("payableUpTo").selector.slice(2);
    // Answers (1, 1) to payableUpTo, and burns all gas that comes with anything else.
    const code = `0x60003560e01c63${selector}14601057fe5b6001600052600160205260406000f3`;
    await chain.networkHelpers.setCode(await queue.getAddress(), code);
    const report = await makeReport(suite(), 0n, { finalizeUpTo: 1n });
    await expect(applyReport(suite(), report))
      .to.be.revertedWithCustomError(accounting, "FinalizationOutOfGas")
      .withArgs(1n);
    expect((await accounting.lastReport()).refSlot).to.equal(0n);
  });
});
