import { expect } from "chai";

import { BATCH_RECORDS } from "../../../src/ceremony/batchHistory.ts";
import type { SignedExitStatus } from "../../../daemon/keeper/memberMessages.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployExiting, pubkeysOf } from "./support/exitingPool.ts";
import { signExits } from "./support/signedMessages.ts";
import { useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers, type TestKeeper } from "./support/testKeeper.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const actions = { reportExits: {} };

describe("keeper, action reportExits", () => {
  useKeepers();
  const folder = useFolder();
  const suite = useSuite(() => deployExiting(folder()));
  const keysAt = (...places: number[]): Hex[] => places.map((place) => pubkeysOf(suite().batches)[place] ?? "0x");
  const serve = (keeper: TestKeeper, exits: readonly SignedExitStatus[]) => {
    keeper.messages = { approvals: [], reports: [], exits };
  };
  const gone = async () => {
    const places = [[0n, 0n], ...[0n, 1n, 2n, 3n, 4n].map((position) => [1n, position])] as [bigint, bigint][];
    const marks = await Promise.all(places.map(([batch, position]) => suite().exits.exitOf(batch, position)));
    return marks.flatMap(({ isGone }, place) => (isGone ? [place] : []));
  };

  it("tells the registry what a quorum signed, once", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    serve(keeper, [...(await signExits(suite(), keysAt(3, 0))), ...(await signExits(suite(), keysAt(5)))]);
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await gone()]).to.deep.equal([
      ["reportExits", "reportExits"],
      [0, 3, 5],
    ]);
    await suite().chain.networkHelpers.mine(64);
    serve(keeper, [...(await signExits(suite(), keysAt(3, 0))), ...(await signExits(suite(), keysAt(5, 4)))]);
    await keeper.round();
    expect([keeper.sent.length, await gone()]).to.deep.equal([3, [0, 3, 4, 5]]);
  });

  it("H70 tells nothing by the word of too few, by changed keys, or of keys that are not the pool's", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const signed = await signExits(suite(), keysAt(1));
    const foreign = await signExits(suite(), [`0x${"77".repeat(48)}`]);
    const changed = signed.map((each) => ({ ...each, pubkeys: keysAt(2) }));
    const mangled = signed.map((each) => ({ ...each, pubkeys: ["0x12", "zz"] as unknown as Hex[] }));
    for (const exits of [signed.slice(0, 2), changed, mangled, foreign, []]) {
      serve(keeper, exits);
      await keeper.round();
    }
    expect([keeper.sent, await gone()]).to.deep.equal([[], []]);
    const warned = keeper.logged("warn").filter(({ action }) => action !== undefined);
    expect(warned.map(({ msg }) => msg)).to.deep.equal(["members signed the exit of keys that are not activated"]);
  });

  it("restores a batch first whose record was replaced", async () => {
    const manager = suite().poolManager.connect(suite().operator);
    for (let i = 0; i < BATCH_RECORDS - 1; i++) await manager.registerBatch(ROOT, 1, [1n, 2n, 3n, 4n], "");
    const keeper = await openTestKeeper(suite(), { actions });
    serve(keeper, await signExits(suite(), keysAt(0, 2)));
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await gone()]).to.deep.equal([
      ["reportExits", "reportExits"],
      [0, 2],
    ]);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    const signed = await signExits(suite(), keysAt(1));
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) {
      serve(keeper, signed);
      await keeper.round();
    }
    expect(await gone()).to.deep.equal([]);
    expect(dry.logged("info").find(({ action }) => action === "reportExits")).to.deep.include({ keys: 1 });
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the daily limit is spent");
  });

  it("is done once by two keepers, as far as both know", async () => {
    const signed = await signExits(suite(), keysAt(1, 2));
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions });
    serve(rival, signed);
    serve(keeper, signed);
    await rival.round();
    await keeper.round();
    expect([rival.sent, keeper.sent, await gone()]).to.deep.equal([["reportExits"], [], [1, 2]]);
  });
});
