import { expect } from "chai";

import { useSuite } from "../../helpers/isolation.ts";
import { makeReport } from "../../helpers/report.ts";
import { deployRedeemable } from "../../helpers/withdrawals.ts";
import { signReports, type SignedReport } from "./support/signedMessages.ts";
import { openTestKeeper, useKeepers, type TestKeeper } from "./support/testKeeper.ts";

const AFTER = 600;
const FRAME = 86_400;
const actions = { submitReport: { afterSeconds: AFTER } };

describe("keeper, action submitReport", () => {
  useKeepers();
  const suite = useSuite(deployRedeemable);
  const applied = async () => (await suite().accounting.lastReport()).refSlot;
  const pass = () => suite().chain.networkHelpers.time.increase(AFTER);
  const serve = (keeper: TestKeeper, reports: readonly SignedReport[]) => {
    keeper.messages = reports;
  };

  it("H38 sends a report that a quorum signed and nobody sent for ten minutes, once, also after a restart", async () => {
    const first = await openTestKeeper(suite(), { actions });
    const report = await makeReport(suite());
    const signed = await signReports(suite(), report);
    serve(first, signed);
    await first.round();
    expect([first.sent, await applied()]).to.deep.equal([[], 0n]);
    await first.close();
    await pass();
    const keeper = await openTestKeeper(suite(), { actions, data: first.data, wallet: first.wallet });
    serve(keeper, signed);
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await applied()]).to.deep.equal([["submitReport"], report.refSlot]);
    expect(await keeper.metric("last_rebase_age_seconds")).to.be.below(AFTER);
  });

  it("H37 sends nothing that too few signed, or that is signed by halves", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const report = await makeReport(suite());
    const [first, second, third] = await signReports(suite(), report);
    if (!first || !second || !third) throw new Error("a signature is missing");
    const lie = { ...report, validatorsGwei: report.validatorsGwei + 1n };
    const halves = [first, second, ...(await signReports(suite(), lie, suite().members.slice(3)))];
    for (const reports of [
      [first, second],
      [first, first, first],
      halves,
      [first, second, { ...third, message: lie }],
    ]) {
      serve(keeper, reports);
      await keeper.round();
      await pass();
      await keeper.round();
    }
    expect([keeper.sent, await applied()]).to.deep.equal([[], 0n]);
  });

  it("says once why the contract refuses what a quorum signed", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const report = await makeReport(suite());
    serve(keeper, await signReports(suite(), { ...report, stakedKeys: 9n, activeKeys: 9n }));
    await keeper.round();
    await pass();
    await keeper.round();
    await keeper.round();
    const warned = keeper.logged("warn").filter(({ msg }) => msg.startsWith("not sent: "));
    expect([keeper.sent, warned.length]).to.deep.equal([[], 1]);
  });

  it("tries no report of an earlier frame, which members serve until they sign the next", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    serve(keeper, await signReports(suite(), await makeReport(suite())));
    await keeper.round();
    await suite().chain.networkHelpers.time.increase(FRAME);
    await keeper.round();
    const warned = keeper.logged("warn").filter(({ msg }) => msg.startsWith("not sent: "));
    expect([keeper.sent, warned]).to.deep.equal([[], []]);
    expect(keeper.logged("debug").map(({ msg }) => msg)).to.include(
      "the newest report that was signed is of an earlier frame",
    );
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    const signed = await signReports(suite(), await makeReport(suite()));
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the gas price is 120 Gwei" });
    for (const keeper of [off, dry, limited]) serve(keeper, signed);
    for (const keeper of [off, dry, limited]) await keeper.round();
    await pass();
    for (const keeper of [off, dry, limited]) await keeper.round();
    expect(await applied()).to.equal(0n);
    expect(dry.logged("info").some(({ action }) => action === "submitReport")).to.equal(true);
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the gas price is 120 Gwei");
  });

  it("leaves it at that when a member is faster", async () => {
    const report = await makeReport(suite());
    const signed = await signReports(suite(), report);
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions, beforeSending: () => rival.round() });
    for (const each of [keeper, rival]) {
      serve(each, signed);
      await each.round();
    }
    await pass();
    await keeper.round();
    await keeper.round();
    expect([rival.sent, keeper.sent, await applied()]).to.deep.equal([["submitReport"], [], report.refSlot]);
    expect(await keeper.metric("actions_total", { action: "submitReport", result: "lost" })).to.equal(1);
  });
});
