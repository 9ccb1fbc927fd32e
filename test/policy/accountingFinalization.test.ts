import { expect } from "chai";

import { deployQueueSuite, type QueueSuite } from "../helpers/queueSuite.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { DAY, ETHER, GWEI } from "./support/scenario.ts";

const DEPOSIT = 64n * ETHER;
const LOCKED = 20n * ETHER;

describe("Accounting.applyReport: finalization", () => {
  let suite: QueueSuite;
  let restore: () => Promise<void>;

  before(async () => {
    suite = await deployQueueSuite();
    await suite.poolETH.deposit(suite.deployer.address, suite.chain.ethers.ZeroAddress, { value: DEPOSIT });
    await stakeKeys(suite, 1);
    await suite.queue.request(LOCKED);
    await applyReport(suite, await makeReport(suite));
    const snapshot = await suite.chain.networkHelpers.takeSnapshot();
    restore = async () => snapshot.restore();
  });
  beforeEach(async () => restore());

  it("collects the vaults and pays the queue at the rate of after the report", async () => {
    const rewards = ETHER / 100n;
    await suite.deployer.sendTransaction({ to: await suite.rewardsVault.getAddress(), value: rewards });
    const due = await makeReport(suite, 0n, { finalizeUpTo: 1n });
    const report = applyReport(suite, due);

    // No fee shares yet in the rate: a tenth of the rewards goes to the treasury.
    const pooled = DEPOSIT + GWEI + rewards;
    const fee = rewards / 10n;
    const shares = DEPOSIT + GWEI + (fee * (DEPOSIT + GWEI)) / (pooled - fee);
    const paid = (LOCKED * pooled) / shares;
    await expect(report).to.emit(suite.rewardsVault, "Collected").withArgs(rewards);
    await expect(report).to.emit(suite.poolETH, "Redeemed").withArgs(LOCKED, paid);
    expect(await suite.chain.ethers.provider.getBalance(suite.queue)).to.equal(paid);
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled - paid);
    expect(await suite.accounting.bufferedEther()).to.equal(32n * ETHER + GWEI + rewards - paid);
  });

  it("leaves the queue alone when nothing is to be finalized", async () => {
    await applyReport(suite, await makeReport(suite));
    expect(await suite.chain.ethers.provider.getBalance(suite.queue)).to.equal(0n);
    expect(await suite.poolETH.sharesOf(suite.queue)).to.equal(LOCKED);
  });

  it("names the last request to the queue", async () => {
    await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 7n }));
    expect(await suite.queue.lastFinalized()).to.equal(7n);
  });

  it("refuses the whole report when there is nothing to finalize", async () => {
    await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n }));
    const { refSlot } = await suite.accounting.lastReport();
    await expect(applyReport(suite, await makeReport(suite, 1_000n, { finalizeUpTo: 2n })))
      .to.be.revertedWithCustomError(suite.poolETH, "NothingToExchange")
      .withArgs();
    expect((await suite.accounting.lastReport()).refSlot).to.equal(refSlot);
  });

  it("H41 finalizes nothing while a loss is announced, or was booked within three days", async () => {
    await suite.poolETH.connect(suite.admin).announceLoss(ETHER);
    const announcedAt = await suite.chain.networkHelpers.time.latest();
    await expect(applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n })))
      .to.be.revertedWithCustomError(suite.poolETH, "ShutByLoss")
      .withArgs(announcedAt, 0);

    await suite.poolETH.connect(suite.admin).announceLoss(0n);
    await applyReport(suite, await makeReport(suite, -GWEI), suite.members);
    const bookedAt = await suite.chain.networkHelpers.time.latest();
    await expect(applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n })))
      .to.be.revertedWithCustomError(suite.poolETH, "ShutByLoss")
      .withArgs(0, bookedAt);

    await suite.chain.networkHelpers.time.increase(3n * DAY);
    await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n }));
    const paid = (LOCKED * (DEPOSIT + GWEI - ETHER)) / (DEPOSIT + GWEI);
    expect(await suite.chain.ethers.provider.getBalance(suite.queue)).to.equal(paid);
  });
});
