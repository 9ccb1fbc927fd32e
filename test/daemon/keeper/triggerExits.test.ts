import { expect } from "chai";

import { BATCH_RECORDS } from "../../../src/ceremony/batchHistory.ts";
import { exitsAsked, sayGone } from "../../helpers/exits.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployExiting, makeOverdue, pubkeysOf } from "./support/exitingPool.ts";
import { useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers } from "./support/testKeeper.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const actions = { triggerExits: {} };

describe("keeper, action triggerExits", () => {
  useKeepers();
  const folder = useFolder();
  const suite = useSuite(() => deployExiting(folder()));
  const keys = (from: number, to: number) => pubkeysOf(suite().batches).slice(from, to);

  it("requests the exits of the oldest keys, as many as overdue withdrawals need, once", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    await makeOverdue(suite());
    await keeper.round();
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["triggerExits", "triggerExits"]);
    expect(await exitsAsked(suite())).to.deep.equal(keys(0, 2));
    expect(await keeper.metric("queue_oldest_age_seconds")).to.be.above(7 * 86_400);
  });

  it("passes over keys that are gone", async () => {
    await sayGone(suite(), suite().batches[0], 0, 1);
    await makeOverdue(suite());
    const keeper = await openTestKeeper(suite(), { actions });
    await keeper.round();
    expect(await exitsAsked(suite())).to.deep.equal(keys(1, 3));
    expect(keeper.sent).to.deep.equal(["triggerExits"]);
  });

  it("restores a batch first whose record was replaced", async () => {
    await makeOverdue(suite());
    const manager = suite().poolManager.connect(suite().operator);
    for (let i = 0; i < BATCH_RECORDS - 1; i++) await manager.registerBatch(ROOT, 1, [1n, 2n, 3n, 4n], "");
    const keeper = await openTestKeeper(suite(), { actions });
    await keeper.round();
    expect(await exitsAsked(suite())).to.deep.equal(keys(0, 2));
    expect(keeper.sent).to.deep.equal(["triggerExits", "triggerExits", "triggerExits"]);
  });

  it("H57 pays no more for a key than it is told", async () => {
    await makeOverdue(suite());
    // A wei is the least that the predeploy charges.
    const keeper = await openTestKeeper(suite(), { actions: { triggerExits: { maxFeeGwei: 1e-10 } } });
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await exitsAsked(suite())]).to.deep.equal([[], []]);
    const warned = keeper.logged("warn").filter(({ msg }) => msg === "requests of exits cost more than the limit");
    expect(warned).to.have.length(1);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    await makeOverdue(suite());
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) await keeper.round();
    expect(await exitsAsked(suite())).to.deep.equal([]);
    expect(dry.logged("info").find(({ action }) => action === "triggerExits")).to.deep.include({ keys: 1, batch: "0" });
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the daily limit is spent");
  });

  it("requests no exit twice beside another keeper", async () => {
    await makeOverdue(suite());
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions, beforeSending: () => rival.round() });
    await keeper.round();
    await keeper.round();
    expect([rival.sent, keeper.sent]).to.deep.equal([["triggerExits", "triggerExits"], []]);
    expect(await exitsAsked(suite())).to.deep.equal(keys(0, 2));
    expect(keeper.logged("warn").filter(({ action }) => action !== undefined)).to.deep.equal([]);
  });
});
