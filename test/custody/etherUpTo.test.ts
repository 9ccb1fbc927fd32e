import { expect } from "chai";

import { ETHER } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { rebaseTo } from "../helpers/shareRate.ts";
import { deployRedeemable, finalizeByReport } from "../helpers/withdrawals.ts";

describe("WithdrawalQueue.etherUpTo", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue.connect(holders[0]).requestWithdrawals([10n * ETHER, 20n * ETHER, 3n * ETHER], holders[0].address);
    return deployed;
  });

  it("is the worth of all shares that wait up to a request, rounded up", async () => {
    const { queue, poolETH } = suite();
    const upTo = async () => Promise.all([1n, 2n, 3n].map(async (id) => queue.etherUpTo(id)));
    expect(await upTo()).to.deep.equal([10n * ETHER, 30n * ETHER, 33n * ETHER]);

    const pooled = (await poolETH.totalPooledEther()) + 1n;
    await suite().chain.networkHelpers.time.increase(86_400);
    await rebaseTo(suite(), pooled);
    // Each share is worth a little more than before, so that the last wei is begun.
    expect(await upTo()).to.deep.equal([10n * ETHER + 1n, 30n * ETHER + 1n, 33n * ETHER + 1n]);
    expect(await queue.etherUpTo(3n)).to.equal(await queue.unfinalizedEther());
  });

  it("leaves out what is finalized, also after it was claimed", async () => {
    const { queue, holders } = suite();
    await finalizeByReport(suite(), 2n);
    await queue.connect(holders[0]).claim(2n, 1n, holders[0].address);
    expect(await queue.etherUpTo(1n)).to.equal(0n);
    expect(await queue.etherUpTo(2n)).to.equal(0n);
    expect(await queue.etherUpTo(3n)).to.equal(3n * ETHER);
  });

  it("reverts for a request that there is not", async () => {
    const { queue } = suite();
    for (const id of [0n, 4n])
      await expect(queue.etherUpTo(id)).to.be.revertedWithCustomError(queue, "RequestUnknown").withArgs(id);
  });
});
