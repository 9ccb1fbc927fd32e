import { expect } from "chai";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { ValidatorExitRequests__factory } from "../../typechain-types/index.ts";
import { DAY } from "../helpers/accounts.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const GWEI = 1_000_000_000n;
const WAIT = "wait: reports pay withdrawals as far as they can";
const TASK = "validators exit-overdue";

/** They follow each other: holders ask for more than is at hand, seven days pass, and a stranger has validators exit. */
describe("validators exit-overdue, as a command", () => {
  const local = useLocalTasks();
  let dir: string;
  let stranger: string;
  let pubkeys: readonly string[];

  before(async () => {
    dir = await local().stake(3);
    stranger = (await local().chain.getSigner(9)).address;
    pubkeys = readCeremony(dir, LOCAL).keys.map(({ pubkey }) => pubkey);
  });

  const requested = async () => {
    const exits = ValidatorExitRequests__factory.connect(local().node.addresses.poolManager ?? "", local().chain);
    const marks = await Promise.all(pubkeys.map((_, position) => exits.exitOf(0n, position)));
    return marks.map(({ requestedAt, wasOverdue }) => requestedAt > 0n && wasOverdue);
  };
  const passTime = async (seconds: bigint) => {
    await local().chain.send("evm_increaseTime", [Number(seconds)]);
    await local().chain.send("evm_mine", []);
  };

  it("refuses when nobody waits, and when nobody has waited for seven days", async () => {
    const line = (waiting: number) =>
      `request have not waited for more than seven days (got ${waiting} that wait): ${WAIT}`;
    await local().refuses(TASK, { dir }, line(0));
    await local().read("queue request", { amount: "40", yes: true });
    await local().read("queue request", { amount: "20", yes: true });
    await passTime(7n * DAY - 60n);
    await local().refuses(TASK, { dir, yes: true }, line(2));
    const named = await local().run(TASK, { dir, request: "1", yes: true });
    expect(named.success).to.equal(false);
    expect(named.stderr).to.match(/^error: .*WithdrawalNotOverdue\(.*1\)/);
    expect(await requested()).to.deep.equal([false, false, false]);
  });

  it("shows in a dry run whose exit it would request and what that costs, and requests nothing", async () => {
    await passTime(120n);
    const dry = await local().run(TASK, { dir, from: stranger, dryRun: true, json: true });
    const result = JSON.parse(dry.stdout) as { request: string; transactions: Record<string, unknown>[] };
    expect([result.request, result.transactions.length]).to.deep.equal(["2", 1]);
    expect(result.transactions[0]).to.deep.include({
      ...{ dryRun: true, from: stranger, request: "2", missing: 2, batch: "0", position: 0, keys: 2 },
      ...{ pubkeys: pubkeys.slice(0, 2), feeNowWei: "2", maxFeesWei: `${2n * GWEI}` },
      action: "request the exit of the 2 oldest validators, for which withdrawals wait",
    });
    expect(dry.stderr).to.equal("warning: an exit cannot be taken back; you pay the fees, and nobody pays them back\n");
    expect(await requested()).to.deep.equal([false, false, false]);
  });

  it("sends nothing unasked, without the files, for another folder's keys, or above the fee that is allowed", async () => {
    const unasked = await local().run(TASK, { dir, from: stranger });
    expect(unasked.stderr).to.match(/^error: confirmation cannot be asked for, so nothing was sent/m);
    await local().refuses(
      TASK,
      { yes: true },
      "content of batch 0 was registered without a URI (got nothing): name its folder with --dir",
    );
    await local().refuses(
      TASK,
      { dir, maxFee: "0", yes: true },
      "max-fee is less than the 0.000000000000000001 ETH that the consensus layer charges for a key now (got 0 ETH): wait until fewer exits are requested, or give more",
    );
    expect(await requested()).to.deep.equal([false, false, false]);
  });

  it("has as many exit as are missing, for anybody who pays the fees, and then none", async () => {
    const paid = await local().chain.getBalance(WITHDRAWAL_REQUESTS);
    const sent = await local().read<{ transactions: unknown[] }>(TASK, {
      dir,
      from: stranger,
      request: "1",
      yes: true,
    });
    expect(sent.transactions).to.have.length(1);
    expect(sent).to.include({ request: "1" });
    // 40 ETH take two validators of 32 ETH, which suffice for the 20 ETH behind them.
    expect(sent.transactions[0]).to.deep.include({ request: "1", batch: "0", position: 0, keys: 2 });
    expect(await requested()).to.deep.equal([true, true, false]);
    expect((await local().chain.getBalance(WITHDRAWAL_REQUESTS)) - paid).to.equal(2n);
    expect(await local().read(TASK, { dir, from: stranger, yes: true })).to.deep.equal({
      request: "2",
      transactions: [],
    });
    const { stderr } = await local().run(TASK, { dir, from: stranger, yes: true });
    expect(stderr).to.equal(
      "no exits are missing for request 2: what is buffered, exiting or requested suffices; the next report pays it, or `queue finalize-stale` where reports have stopped\n",
    );
  });

  it("leaves the others to the operator, who asks the consensus layer by role", async () => {
    const keys = pubkeys[2];
    const none = await local().run("validators exit", { via: "el", keys, dir, from: stranger, yes: true });
    expect(none.stderr).to.match(/^error: from has no role that allows requestExits \(got 0x/);
    const sent = await local().read<{ transactions: unknown[] }>("validators exit", {
      via: "el",
      keys,
      dir,
      yes: true,
    });
    expect(sent.transactions).to.have.length(1);
    expect(sent.transactions[0]).to.deep.include({ batch: "0", position: 2, keys: 1, pubkeys: [keys] });
    // He did so, not a stranger.
    expect(await requested()).to.deep.equal([true, true, false]);
    const again = await local().run("validators exit", { via: "el", keys, dir, yes: true });
    expect(again.stderr).to.match(/^error: .*ExitRequestedRecently\(/);
  });
});
