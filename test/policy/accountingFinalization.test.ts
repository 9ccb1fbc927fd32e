import { expect } from "chai";
import { network } from "hardhat";

import { deployLocal } from "../../deploy/local.ts";
import type { FinalizingQueueMock } from "../../typechain-types/index.ts";
import { FinalizingQueueMock__factory } from "../../typechain-types/index.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import type { TestSuite } from "../helpers/suite.ts";
import { DAY, ETHER, GWEI } from "./support/scenario.ts";

const DEPOSIT = 64n * ETHER;
const LOCKED = 20n * ETHER;

describe("Accounting.applyReport: finalization", () => {
  let suite: TestSuite;
  let queue: FinalizingQueueMock;
  let restore: () => Promise<void>;

  before(async () => {
    const chain = await network.create();
    queue = await new FinalizingQueueMock__factory().connect(await chain.ethers.provider.getSigner(0)).deploy();
    suite = { chain, ...(await deployLocal(chain, { withdrawalQueue: await queue.getAddress() })) };
    await suite.poolETH.deposit(suite.deployer.address, chain.ethers.ZeroAddress, { value: DEPOSIT });
    await stakeKeys(suite, 1);
    await queue.request(suite.poolETH, LOCKED);
    await applyReport(suite, await makeReport(suite));
    const snapshot = await chain.networkHelpers.takeSnapshot();
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
    expect(await suite.chain.ethers.provider.getBalance(queue)).to.equal(paid);
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooled - paid);
    expect(await suite.accounting.bufferedEther()).to.equal(32n * ETHER + GWEI + rewards - paid);
  });

  it("leaves the queue alone when nothing is to be finalized", async () => {
    await applyReport(suite, await makeReport(suite));
    expect(await suite.chain.ethers.provider.getBalance(queue)).to.equal(0n);
    expect(await suite.poolETH.sharesOf(queue)).to.equal(LOCKED);
  });

  it("refuses the whole report when the queue refuses", async () => {
    const { refSlot } = await suite.accounting.lastReport();
    const due = await makeReport(suite, 1_000n, { finalizeUpTo: 2n });
    await expect(applyReport(suite, due)).to.be.revertedWithCustomError(queue, "UnknownRequest").withArgs(2);
    expect((await suite.accounting.lastReport()).refSlot).to.equal(refSlot);
  });

  it("H41 finalizes nothing while a loss is announced, or was booked within three days", async () => {
    await suite.poolETH.connect(suite.admin).announceLoss(ETHER);
    const announcedAt = await suite.chain.networkHelpers.time.latest();
    await expect(applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n })))
      .to.be.revertedWithCustomError(suite.poolETH, "ShutByLoss")
      .withArgs(announcedAt, 0);

    await suite.chain.networkHelpers.time.increase(3n * DAY);
    await applyReport(suite, await makeReport(suite, -GWEI), suite.members);
    const bookedAt = await suite.chain.networkHelpers.time.latest();
    await expect(applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n })))
      .to.be.revertedWithCustomError(suite.poolETH, "ShutByLoss")
      .withArgs(0, bookedAt);

    await suite.chain.networkHelpers.time.increase(3n * DAY);
    await applyReport(suite, await makeReport(suite, 0n, { finalizeUpTo: 1n }));
    const paid = (LOCKED * (DEPOSIT + GWEI - ETHER)) / (DEPOSIT + GWEI);
    expect(await suite.chain.ethers.provider.getBalance(queue)).to.equal(paid);
  });
});
