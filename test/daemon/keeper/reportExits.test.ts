import { expect } from "chai";

import { BATCH_RECORDS } from "../../../src/ceremony/batchHistory.ts";
import type { KeySpan } from "../../../src/oracle/signedMessages.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployExiting } from "./support/exitingPool.ts";
import { signExits, type SignedExitStatus } from "./support/signedMessages.ts";
import { useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers, type TestKeeper } from "./support/testKeeper.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const actions = { reportExits: {} };

describe("keeper, action reportExits", () => {
  useKeepers();
  const folder = useFolder();
  const suite = useSuite(() => deployExiting(folder()));
  /** One of the first batch, and then those of the second. */
  const rangesAt = (...places: number[]): KeySpan[] =>
    places.map((place) => {
      const [batch, from] = place === 0 ? [0, 0] : [1, place - 1];
      return { batchId: suite().batches[batch]?.batchId ?? -1n, from, to: from + 1 };
    });
  const signed = (...places: number[]) => signExits(suite(), suite().batches, rangesAt(...places));
  const serve = (keeper: TestKeeper, exits: readonly SignedExitStatus[]) => {
    keeper.messages = exits;
  };
  const gone = async () => {
    const places = [[0n, 0n], ...[0n, 1n, 2n, 3n, 4n].map((position) => [1n, position])] as [bigint, bigint][];
    const marks = await Promise.all(places.map(([batch, position]) => suite().exits.exitOf(batch, position)));
    return marks.flatMap(({ isGone }, place) => (isGone ? [place] : []));
  };

  it("tells the registry what a quorum signed, once", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    serve(keeper, [...(await signed(3, 0)), ...(await signed(5))]);
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await gone()]).to.deep.equal([
      ["reportExits", "reportExits"],
      [0, 3, 5],
    ]);
    await suite().chain.networkHelpers.mine(64);
    serve(keeper, [...(await signed(3, 0)), ...(await signed(5, 4))]);
    await keeper.round();
    expect([keeper.sent.length, await gone()]).to.deep.equal([3, [0, 3, 4, 5]]);
  });

  it("H70 tells nothing by the word of too few, by changed keys, or of keys that are not the pool's", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const honest = await signed(1);
    const [{ ceremony, batchId }] = suite().batches;
    const foreign = await signExits(
      suite(),
      [{ ceremony: { ...ceremony, keys: [{ pubkey: `0x${"77".repeat(48)}` }] as never }, batchId }],
      rangesAt(0),
    );
    const changed = honest.map((each) => ({ ...each, ranges: rangesAt(2) }));
    const unknown = honest.map((each) => ({ ...each, ranges: [{ batchId: 9n, from: 0, to: 1 }] }));
    const unused = honest.map((each) => ({ ...each, ranges: [{ batchId, from: 1, to: 2 }] }));
    for (const exits of [honest.slice(0, 2), changed, unknown, unused, foreign, []]) {
      serve(keeper, exits);
      await keeper.round();
    }
    expect([keeper.sent, await gone()]).to.deep.equal([[], []]);
    const warned = keeper.logged("warn").filter(({ action }) => action !== undefined);
    expect(warned.map(({ msg }) => msg)).to.deep.equal([
      "members signed the exit of keys that are not activated, or stand elsewhere",
    ]);
  });

  it("goes by the ranges whose keys were signed, whoever hands on others", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const [first, second, third] = await signed(1, 2);
    if (!first || !second || !third) throw new Error("a signature is missing");
    const lie = (...places: number[]) => ({ ...first, ranges: rangesAt(...places) });
    serve(keeper, [lie(4), lie(1), { ...first, ranges: [{ batchId: 9n, from: 0, to: 80 }] }, second, third]);
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await gone()]).to.deep.equal([["reportExits"], [1, 2]]);
  });

  it("restores a batch first whose record was replaced", async () => {
    const manager = suite().poolManager.connect(suite().operator);
    for (let i = 0; i < BATCH_RECORDS - 1; i++) await manager.registerBatch(ROOT, 1, [1n, 2n, 3n, 4n], "");
    const keeper = await openTestKeeper(suite(), { actions });
    serve(keeper, await signed(0, 2));
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await gone()]).to.deep.equal([
      ["reportExits", "reportExits"],
      [0, 2],
    ]);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    const exits = await signed(1);
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) {
      serve(keeper, exits);
      await keeper.round();
    }
    expect(await gone()).to.deep.equal([]);
    expect(dry.logged("info").find(({ action }) => action === "reportExits")).to.deep.include({ keys: 1 });
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the daily limit is spent");
  });

  it("is done once by two keepers, as far as both know", async () => {
    const exits = await signed(1, 2);
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions });
    serve(rival, exits);
    serve(keeper, exits);
    await rival.round();
    await keeper.round();
    expect([rival.sent, keeper.sent, await gone()]).to.deep.equal([["reportExits"], [], [1, 2]]);
  });
});
