import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { toQuantity } from "ethers";

import { WithdrawalQueue__factory } from "../../typechain-types/index.ts";
import { DAY, ETHER } from "../helpers/accounts.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const ACCOUNT_0 = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const ACCOUNT_7 = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955";
const RECEIVER = "0x00000000000000000000000000000000000000Ab".toLowerCase();

/** They follow each other: a holder asks, is paid by a report, and claims; then reports stop. */
describe("queue tasks", () => {
  const tasks = useLocalTasks();
  const read = async (verb: string, args: Record<string, unknown> = {}) => tasks().read(`queue ${verb}`, args);
  const send = async (verb: string, args: Record<string, unknown> = {}) => read(verb, { ...args, yes: true });
  const refuses = async (verb: string, args: Record<string, unknown>, line: string) =>
    tasks().refuses(`queue ${verb}`, { ...args, yes: true }, line);
  const passTime = async (seconds: bigint) => {
    await tasks().chain.send("evm_increaseTime", [Number(seconds)]);
    await tasks().chain.send("evm_mine", []);
  };
  const latest = async () => BigInt((await tasks().chain.getBlock("latest"))?.timestamp ?? 0);

  before(async () => {
    await tasks().read("pool deposit", { amount: "2500", yes: true });
  });

  it("shows an empty queue, in which there is nothing to claim or to finalize", async () => {
    expect(await read("status")).to.include({
      waitingWei: "0",
      waitingRequests: 0,
      lastId: "0",
      claimableWei: "0",
      finalization: "open",
    });
    expect(await read("list")).to.deep.equal({
      ...{ owner: ACCOUNT_0, count: 0, claimableWei: "0", nextId: "0", requests: [] },
    });
    await refuses("claim", {}, `from owns no requests (got ${ACCOUNT_0}): name the account that does`);
    await refuses("finalize-stale", {}, "queue has none that waits (got 0 requests): there is nothing to finalize");
  });

  it("asks for an amount of ether, after showing it in a dry run that changes nothing", async () => {
    const preview = await read("request", { amount: "1.5", dryRun: true });
    expect(preview).to.include({
      action: "lock shares worth 1.5 ETH in a withdrawal request",
      owner: ACCOUNT_0,
      shares: `${(3n * ETHER) / 2n}`,
      requestCount: 1,
    });
    expect((await read("status")).lastId).to.equal("0");

    const made = await send("request", { amount: "1.5" });
    expect(made).to.deep.include({ ids: ["1"], requestedWei: `${(3n * ETHER) / 2n}`, owner: ACCOUNT_0 });
    expect(made.balanceWei).to.equal(`${2_500n * ETHER - (3n * ETHER) / 2n}`);
  });

  it("cuts what is too large for one request, and gives the requests to whom they are for", async () => {
    const made = await send("request", { amount: "1200", shares: true, owner: ACCOUNT_7 });
    expect(made).to.deep.include({ ids: ["2", "3"], requestedWei: `${1_200n * ETHER}`, owner: ACCOUNT_7 });
    const { requests } = await read("list", { owner: ACCOUNT_7 });
    const rows = requests as { id: string; state: string; shares: string }[];
    expect(rows.map(({ id, state, shares }) => [id, state, shares])).to.deep.equal([
      ["2", "waiting", `${600n * ETHER}`],
      ["3", "waiting", `${600n * ETHER}`],
    ]);
    expect(await read("list", { owner: ACCOUNT_7, count: "1" })).to.include({ count: 1, nextId: "3" });
    expect(await read("list", { owner: ACCOUNT_7, first: "3", count: "1" })).to.include({ count: 1, nextId: "0" });
  });

  it("refuses too little, more than there is, and what is no amount, in one line", async () => {
    await refuses(
      "request",
      { amount: "0.0009" },
      "amount is worth 0.0009 ETH in whole units of shares, less than the 0.001 ETH of the least request (got 0.0009): ask for more in one request",
    );
    await refuses(
      "request",
      { amount: "1298.6" },
      `amount is more than the 1298.5 ETH of ${ACCOUNT_0} (got 1298.6): redeem less, or all`,
    );
    await refuses(
      "request",
      { amount: "1298.6", shares: true },
      `amount is more than the 1298.5 shares of ${ACCOUNT_0} (got 1298.6): redeem less, or all`,
    );
    await refuses(
      "request",
      { amount: "some" },
      "amount is not a decimal amount (got some): write ether as 32 or 0.001",
    );
    await refuses(
      "request",
      { amount: "all", from: ACCOUNT_7 },
      "amount is worth 0 ETH in whole units of shares, less than the 0.001 ETH of the least request (got all): ask for more in one request",
    );
  });

  it("shows the queue and a request, and when it is likely to be paid", async () => {
    const status = await read("status");
    expect(status).to.include({
      waitingWei: `${(2_403n * ETHER) / 2n}`,
      waitingRequests: 3,
      bufferedEtherWei: `${2_500n * ETHER + 1_000_000_000n}`,
      payableWei: `${(2_403n * ETHER) / 2n}`,
      payableId: "3",
      staleMarkedAt: "0",
    });
    const request = await read("status", { id: "2" });
    expect(request).to.include({ id: "2", state: "waiting", owner: ACCOUNT_7, ethAmountWei: `${600n * ETHER}` });
    expect(request.estimatedAt).to.equal(`${BigInt(String(status.lastRebaseAt)) + DAY}`);
    await tasks().refuses(
      "queue status",
      { id: "4" },
      "id is no request of this queue (got 4): look the numbers up with `queue list`",
    );
  });

  it("refuses claims of requests that wait, or are somebody else's", async () => {
    await refuses(
      "claim",
      { id: "1" },
      "id waits for its ether (got 1): wait: `queue status --id` says roughly for how long, or leave it out",
    );
    await refuses(
      "claim",
      { id: "2" },
      `id is owned by ${ACCOUNT_7}, not by ${ACCOUNT_0} (got 2): claim as its owner, with --from`,
    );
    await refuses(
      "claim",
      { id: "9" },
      "id is no request of this queue (got 9): look the numbers up with `queue list`",
    );
    await refuses("claim", { id: "1,1" }, "id names a request twice (got 1,1): name each request once, as 1,2,3");
    await refuses(
      "claim",
      {},
      `from owns 1 requests, and all of them wait (got ${ACCOUNT_0}): wait: \`queue list\` says roughly for how long`,
    );
  });

  it("has a report pay all that have waited for long enough, and warn when it is told to pay fewer", async () => {
    await tasks().read("local advance");
    const { report } = await tasks().read<{ report: Record<string, unknown> }>("oracle report", { dryRun: true });
    expect(report).to.include({ finalizeUpTo: "3" });
    const file = join(tasks().folder, "report.json");
    writeFileSync(file, JSON.stringify({ finalizeUpTo: "1" }));
    const { stderr } = await tasks().run("oracle report", { file, dryRun: true });
    expect(stderr).to.include(
      "warning: the report pays requests up to 1, and those up to 3 have waited for long enough: leave finalizeUpTo out",
    );
  });

  it("says which rules will allow to finalize without a report, and from when", async () => {
    const { lastRebaseAt, waitingSinceAt } = await read("status");
    const date = (seconds: bigint) => new Date(Number(seconds) * 1_000).toISOString();
    const [rebase, since] = [BigInt(String(lastRebaseAt)), BigInt(String(waitingSinceAt))];
    await refuses(
      "finalize-stale",
      {},
      `id cannot be finalized without a report yet (got 1): wait for the next report, or mark the stop of reports from ${date(rebase + 7n * DAY + 1n)}, if there is none, and finalize a day later; or finalize from ${date(rebase + 30n * DAY + 1n)}, if by then there was no report for 30 days; or finalize from ${date(since + 60n * DAY + 1n)}, if by then the request has waited for 60 days`,
    );
    await refuses("finalize-stale", { id: "4" }, "id is no request of this queue (got 4): name one of 1 to 3");
  });

  it("marks that reports have stopped, and finalizes a day later", async () => {
    await passTime(7n * DAY + 60n);
    expect(await send("finalize-stale")).to.include({ id: "3", finalizableAt: `${(await latest()) + DAY}` });
    expect((await read("status")).staleMarkedAt).to.equal(`${await latest()}`);
    await passTime(DAY);
    const preview = await read("finalize-stale", { id: "1", dryRun: true });
    expect(preview).to.include({
      action: "finalize requests up to 1 with 1.5 ETH, because the stop of reports was marked a day before",
    });
    expect(await send("finalize-stale", { id: "1" })).to.include({ firstId: "1", id: "1" });
    expect(await send("finalize-stale")).to.include({
      firstId: "2",
      id: "3",
      finalizedWei: `${1_200n * ETHER}`,
    });
    await send("request", { amount: "1" });
    await refuses("finalize-stale", { id: "3" }, "id is finalized (got 3): name one of 4 to 4");
  });

  it("claims what is named, or all there is, in one transaction, for whom it is named", async () => {
    const { poolETH = "" } = tasks().node.addresses;
    await refuses(
      "claim",
      { id: "1", receiver: poolETH },
      `receiver is the pool, which would take the ether for a deposit (got ${poolETH}): name an account`,
    );
    expect(await send("claim", { id: "1", receiver: RECEIVER })).to.deep.include({
      ids: ["1"],
      claimedWei: `${(3n * ETHER) / 2n}`,
    });
    expect(await tasks().chain.getBalance(RECEIVER)).to.equal((3n * ETHER) / 2n);
    await refuses("claim", { id: "1" }, "id was claimed before (got 1): leave it out");
    expect(await read("status", { id: "1" })).to.include({ state: "claimed", estimatedAt: "0" });

    expect(await read("list", { owner: ACCOUNT_7 })).to.include({ claimableWei: `${1_200n * ETHER}` });
    expect(await read("claim", { from: ACCOUNT_7, dryRun: true })).to.include({
      action: `claim 1200 ETH for 2 requests, to ${ACCOUNT_7}`,
    });
    const before = await tasks().chain.getBalance(RECEIVER);
    expect(await send("claim", { from: ACCOUNT_7, id: "3, 2", receiver: RECEIVER })).to.deep.include({
      ids: ["2", "3"],
      claimedWei: `${1_200n * ETHER}`,
    });
    expect(await tasks().chain.getBalance(RECEIVER)).to.equal(before + 1_200n * ETHER);
  });

  it("finalizes no further than the ether at hand goes, and asks nobody where none can answer", async () => {
    const { poolETH = "" } = tasks().node.addresses;
    await send("request", { amount: "2" });
    await passTime(31n * DAY);
    await tasks().chain.send("hardhat_setBalance", [poolETH, toQuantity(ETHER)]);
    await refuses(
      "finalize-stale",
      { id: "5" },
      "id takes more than the 1 ETH that the pool has at hand (got 5): name 4, or collect the vaults first",
    );
    expect(await read("finalize-stale", { dryRun: true })).to.include({
      action: "finalize requests up to 4 with 1 ETH, because there was no report for 30 days",
    });
    const { success, stderr } = await tasks().run("queue finalize-stale");
    expect(success).to.equal(false);
    expect(stderr).to.include("error: confirmation cannot be asked for, so nothing was sent (got no terminal)");
    await tasks().chain.send("hardhat_setBalance", [poolETH, "0x1"]);
    await refuses(
      "finalize-stale",
      {},
      "id takes more than the 0.000000000000000001 ETH that the pool has at hand (got 5): collect the vaults first, or exit validators",
    );
  });

  it("claims as many as fit one transaction, and says how many are left", async () => {
    const { poolETH = "", withdrawalQueue = "" } = tasks().node.addresses;
    const queue = WithdrawalQueue__factory.connect(withdrawalQueue, await tasks().chain.getSigner(ACCOUNT_0));
    const least = Array.from({ length: 400 }, () => ETHER / 1_000n);
    await (await queue.requestWithdrawals(least, ACCOUNT_0)).wait();
    await tasks().chain.send("hardhat_setBalance", [poolETH, toQuantity(100n * ETHER)]);
    expect(await send("finalize-stale")).to.include({ firstId: "4", id: "405" });

    const { success, stderr } = await tasks().run("queue claim", { yes: true, receiver: RECEIVER });
    expect(success).to.equal(true);
    expect(stderr).to.include("warning: 2 more do not fit one transaction: run the command again for them");
    expect(await send("claim")).to.deep.include({ ids: ["404", "405"], claimedWei: `${ETHER / 500n}` });
    expect(await read("list")).to.include({ count: 0, claimableWei: "0" });
  });
});
