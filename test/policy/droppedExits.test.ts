import { expect } from "chai";
import { concat } from "ethers";

import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { DAY, now, passTime, strangers } from "../helpers/accounts.ts";
import { ConsensusExits } from "../helpers/consensusExits.ts";
import { deployOverdue, keysAt, rangeOf, reportExiting } from "../helpers/exits.ts";
import { useSuite } from "../helpers/isolation.ts";

const RETRY_AFTER = 3n * DAY;
const LONGEST_EXIT = 60n * DAY;
const even = (time: bigint) => time - (time % 2n);

describe("PoolManager, when the consensus layer drops requests", () => {
  const suite = useSuite(deployOverdue);
  const request = async (from: number, to: number) =>
    suite()
      .exits.connect(suite().operator)
      .requestExits(rangeOf(suite().batches[0], from, to), { value: 9n });
  const trigger = async (from: number, to: number) => {
    const [stranger] = await strangers(suite());
    return suite()
      .exits.connect(stranger)
      .triggerOverdueExits(rangeOf(suite().batches[0], from, to), 2n, { value: 9n });
  };
  const keys = (...positions: number[]) => keysAt(suite().batches[0], ...positions);
  const fates = async (consensus: ConsensusExits) => (await consensus.endBlock()).map(([, fate]) => fate);
  /** A report of what the consensus layer shows. */
  const report = async (consensus: ConsensusExits): Promise<void> => reportExiting(suite(), consensus.exitingKeys);
  const shownExiting = async () => (await suite().accounting.lastReport()).exitingKeys;
  const missing = async () => (await suite().exits.overdueExits(2n)).count;

  it("H58 keeps a key as requested that was too young, counts it as exiting only once it is, and never twice", async () => {
    const { exits } = suite();
    const consensus = new ConsensusExits(suite());
    await consensus.activate(keys(0, 1), 255n);
    await request(0, 3);
    const requestedAt = even(await now(suite()));
    expect(await consensus.endBlock()).to.deep.equal([
      [keys(0)[0], "too young"],
      [keys(1)[0], "too young"],
      [keys(2)[0], "unknown"],
    ]);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([0n, 2n]);
    for (const position of [0n, 1n, 2n])
      expect([...(await exits.exitOf(0n, position))]).to.deep.equal([requestedAt, false, false]);

    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(requestedAt + RETRY_AFTER - 1n);
    await expect(request(0, 1))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 0n, requestedAt);
    await time.setNextBlockTimestamp(requestedAt + RETRY_AFTER);
    await request(0, 3);
    expect((await exits.exitOf(0n, 0n)).requestedAt).to.equal(requestedAt + RETRY_AFTER);
    expect(await fates(consensus)).to.deep.equal(["exiting", "exiting", "unknown"]);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([2n, 0n]);

    await passTime(suite(), RETRY_AFTER);
    await request(0, 2);
    expect(await fates(consensus)).to.deep.equal(["exiting already", "exiting already"]);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([2n, 0n]);
  });

  it("H58 opens the limit again for what anybody's request did not bring about, and for no more", async () => {
    const consensus = new ConsensusExits(suite());
    await consensus.activate(keys(0), 256n);
    await consensus.activate(keys(1), 200n);
    await consensus.activate(keys(2), 1_000n);
    await trigger(0, 2);
    expect(await missing()).to.equal(0n);
    expect(await fates(consensus)).to.deep.equal(["exiting", "too young"]);
    expect(await missing()).to.equal(0n);
    await report(consensus);
    // One exits, and the one that was dropped is made up for by the next.
    expect([await shownExiting(), await missing()]).to.deep.equal([1n, 1n]);
    await trigger(2, 3);
    expect(await fates(consensus)).to.deep.equal(["exiting"]);
    expect(await missing()).to.equal(0n);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([2n, 0n]);
  });

  it("H58 takes keys whose requests were dropped again after 60 days, and has them exit once", async () => {
    const { exits } = suite();
    const consensus = new ConsensusExits(suite());
    await consensus.activate(keys(0, 1), 0n);
    await trigger(0, 2);
    const requestedAt = even(await now(suite()));
    expect(await fates(consensus)).to.deep.equal(["too young", "too young"]);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([0n, 2n]);

    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(requestedAt + LONGEST_EXIT - 1n);
    await expect(trigger(0, 2))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 0n, requestedAt);
    await time.setNextBlockTimestamp(requestedAt + LONGEST_EXIT);
    await trigger(0, 2);
    expect(await fates(consensus)).to.deep.equal(["exiting", "exiting"]);
    expect(await missing()).to.equal(0n);
    await report(consensus);
    expect([await shownExiting(), await missing()]).to.deep.equal([2n, 0n]);
    await expect(trigger(2, 3)).to.be.revertedWithCustomError(exits, "ExitsAboveLimit").withArgs(1n, 0n);
  });

  it("H58 has nobody's validators exit by a request from elsewhere than the vault", async () => {
    const { chain } = suite();
    const consensus = new ConsensusExits(suite());
    await consensus.activate(keys(0), 256n);
    const [stranger] = await strangers(suite());
    const data = concat([keys(0)[0] ?? "0x", `0x${"00".repeat(8)}`]);
    await stranger.sendTransaction({ to: WITHDRAWAL_REQUESTS, data, value: 1n });
    expect(await consensus.endBlock()).to.deep.equal([[keys(0)[0], "other credentials"]]);
    await request(0, 1);
    expect(await fates(consensus)).to.deep.equal(["exiting"]);
    expect(await chain.ethers.provider.getStorage(WITHDRAWAL_REQUESTS, 3)).to.equal(`0x${"00".repeat(32)}`);
  });
});
