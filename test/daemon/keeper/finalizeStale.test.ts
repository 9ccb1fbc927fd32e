import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { DAY, ETHER, passTime } from "../../helpers/accounts.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployRedeemable } from "../../helpers/withdrawals.ts";
import { openTestKeeper, useKeepers } from "./support/testKeeper.ts";

const actions = { finalizeStale: {} };

describe("keeper, action finalizeStale", () => {
  useKeepers();
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue.connect(holders[0]).requestWithdrawals([ETHER, 2n * ETHER], holders[0].address);
    return deployed;
  });
  const queueState = () => suite().queue.queueState();

  it("H38 marks that reports have stopped after seven days, finalizes a day later, and does each once", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    await passTime(suite(), 7n * DAY + 1n);
    await keeper.round();
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["finalizeStale"]);
    expect((await queueState()).markedId).to.equal(2n);
    await passTime(suite(), DAY);
    await keeper.round();
    await keeper.round();
    expect(keeper.sent).to.have.length(2);
    expect((await queueState()).lastFinalizedId).to.equal(2n);
    expect(await keeper.metric("queue_unfinalized_wei")).to.equal(0);
  });

  it("H38 marks the next stop of reports, too", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    await passTime(suite(), 30n * DAY);
    await keeper.round();
    expect((await queueState()).lastFinalizedId).to.equal(2n);
    const { queue, holders } = suite();
    await queue.connect(holders[1]).requestWithdrawal(ETHER, holders[1].address);
    await keeper.round();
    expect((await queueState()).lastFinalizedId).to.equal(3n);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    await passTime(suite(), 8n * DAY);
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) await keeper.round();
    expect((await queueState()).markedAt).to.equal(0n);
    expect(dry.logged("info").map(({ step }) => step)).to.include("mark");
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the daily limit is spent");
  });

  it("is done once by two keepers, of which the slower one does not mind", async () => {
    await passTime(suite(), 8n * DAY);
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions, beforeSending: () => rival.round() });
    await keeper.round();
    expect([rival.sent, keeper.sent]).to.deep.equal([["finalizeStale"], []]);
    expect(keeper.logged("warn").filter(({ action }) => action !== undefined)).to.deep.equal([]);
    expect(await keeper.metric("actions_total", { action: "finalizeStale", result: "lost" })).to.equal(1);
  });

  it("sends nothing again after it was stopped in the middle of sending, while the transaction is under way", async () => {
    await passTime(suite(), 8n * DAY);
    const { chain, queue } = suite();
    const { provider } = chain.ethers;
    const stopped = await openTestKeeper(suite(), {
      actions,
      beforeSending: async () => {
        await provider.send("evm_setAutomine", [false]);
        await stopped.wallet.sendTransaction({ ...(await queue.markStale.populateTransaction()), gasLimit: 200_000n });
        throw new Error("stopped");
      },
    });
    await stopped.round().catch(() => undefined);
    await stopped.close();
    const { data, wallet } = stopped;
    const again = await openTestKeeper(suite(), { actions, data, wallet });
    await again.round();
    expect(again.sent).to.deep.equal([]);
    expect(again.logged("debug").map(({ msg }) => msg)).to.include("sent before, and not on the chain yet");
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
    await again.round();
    expect([again.sent, (await queueState()).markedId]).to.deep.equal([[], 2n]);
  });

  it("does not let the failure of one action stop the others", async () => {
    await passTime(suite(), 8n * DAY);
    const keeper = await openTestKeeper(suite(), { actions: { topUp: {}, finalizeStale: {} } });
    // Where it keeps what it read of ssv.network there is a file, so that it cannot read clusters.
    writeFileSync(join(keeper.data, "ssv"), "");
    await keeper.round().catch(() => undefined);
    expect(keeper.sent).to.deep.equal(["finalizeStale"]);
  });
});
