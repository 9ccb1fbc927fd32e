import { expect } from "chai";
import { network } from "hardhat";

import { holds } from "../scripts/demo/checks.ts";
import { examine, play } from "../scripts/demo/demonstration.ts";
import { Narrator } from "../scripts/demo/narrator.ts";
import { conclude, run } from "../scripts/demo/run.ts";
import { DEMO_CHAIN, type World } from "../scripts/demo/world.ts";

const DAYS = 10;

describe("the demonstration", () => {
  let world: World;
  let text: string;

  before(async () => {
    const lines: string[] = [];
    const connection = await network.create({ override: DEMO_CHAIN });
    world = await play(connection, DAYS, new Narrator((line) => lines.push(line)));
    text = lines.join("\n");
  });

  after(async () => {
    await world.connection.close();
  });

  async function failures(): Promise<string[]> {
    const { checks } = await examine(world);
    return checks.filter((check) => !holds(check)).map(({ statement }) => statement);
  }

  it("ends with everybody paid who left, and every check", async () => {
    const { state, checks } = await examine(world);

    expect(checks.map(holds)).to.deep.equal(Array<boolean>(24).fill(true));
    expect(state).to.include({ totalStaked: 384n * 10n ** 18n, deposits: 12n });
    expect(state.day > DAYS).to.equal(true);
    expect(state.ratesOfRun).to.have.length(state.day - DAYS + 1);
    const holders = state.holdings.filter(({ shares }) => shares >= 10n ** 9n).map(({ name }) => name);
    expect(holders).to.deep.equal(["Ben", "Cleo", "Finn", "Treasury", "Operations", "Locked for ever"]);
    expect(state.queue).to.include({ requests: 3n, finalized: 3n, waitingShares: 0n, lockedShares: 0n });
    expect(state.queue.payouts.map(({ name }) => name)).to.deep.equal(["Dan", "Ada", "Eve"]);
    expect(state.shareRateRay > 10n ** 27n).to.equal(true);
  });

  it("tells what the contracts refused", () => {
    expect(text).to.include("QuorumNotReached: signatures 2, quorum 3");
    expect(text).to.match(/SupermajorityRequired: loss \d+/);
    expect(text).to.match(/ReportedLossAboveLimit: loss \d+/);
    expect(text).to.include("which is 0.1000 % of the pool");
  });

  it("tells of a redemption at once, of exits that were forced, and of claims", () => {
    const told = text.replace(/\s+/g, " ");
    expect(told).to.match(/Finn .* for a fee of 0\.1\d{3} %/);
    expect(told).to.include("3 requests for 240.");
    expect(told).to.match(/asked for \d exits, for fees of \d wei/);
    expect(told).to.match(/Dan 20\.5\d+ ETH, Ada 100\.\d+ ETH, Eve 120\.\d+ ETH/);
  });

  it("leaves validators to those who stayed, and has those exit that were missing", () => {
    const { exitedKeys, activeKeys, slashedKeys } = world.model.observe();
    expect({ exitedKeys, activeKeys, slashedKeys }).to.deep.equal({ exitedKeys: 8n, activeKeys: 4n, slashedKeys: 1n });
  });

  it("stays within 100 columns", () => {
    expect(text.split("\n").filter((line) => line.length > 100)).to.deep.equal([]);
  });

  it("notices that less is there than was reported", async () => {
    const { connection, suite } = world;
    const pool = await suite.poolETH.getAddress();
    const balance = await connection.ethers.provider.getBalance(pool);

    await connection.networkHelpers.setBalance(pool, 0n);
    expect(balance > 0n).to.equal(true);
    expect(await failures()).to.deep.equal(["ether in PoolETH and the vaults >= buffered ether"]);

    await connection.networkHelpers.setBalance(pool, balance);
    expect(await failures()).to.deep.equal([]);
  });

  it("notices one wei that the books do not know", async () => {
    world.depositedWei += 1n;
    expect(await failures()).to.deep.equal([
      "the reported total = all that was paid in and earned, less paid out, by the model",
    ]);
    world.depositedWei -= 1n;

    world.paidToSSVWei -= 1n;
    expect(await failures()).to.deep.equal(["balance of the cluster = paid in - fee of each validator and block"]);
    world.paidToSSVWei += 1n;
  });

  it("notices a wei that somebody who left did not receive, or that was redeemed without a word", async () => {
    const [claim] = world.claims;
    if (claim === undefined) throw new Error("nobody has claimed");
    world.claims[0] = { ...claim, received: claim.received - 1n };
    expect(await failures()).to.deep.equal([
      "the reported total = all that was paid in and earned, less paid out, by the model",
      "claimed + ether in the queue = worth of burned shares at the rates of the reports",
      "Dan received what the checkpoint of the request says",
    ]);
    world.claims[0] = claim;

    world.redeemedWei -= 1n;
    expect(await failures()).to.deep.equal([
      "the reported total = all that was paid in and earned, less paid out, by the model",
    ]);
    world.redeemedWei += 1n;
  });

  it("notices shares that were locked without a request", async () => {
    const { poolETH, withdrawalQueue } = world.suite;
    const ben = world.stakers[1]?.signer;
    const snapshot = await world.connection.networkHelpers.takeSnapshot();
    await poolETH.connect(ben).transferShares(await withdrawalQueue.getAddress(), 1n);
    expect(await failures()).to.deep.equal(["shares in the queue = shares that wait"]);
    await snapshot.restore();
  });

  it("notices a report after which those who stayed had less", async () => {
    const last = world.ratesOfRun.at(-1) ?? 0n;
    world.ratesOfRun.push(last - 1n);
    expect(await failures()).to.deep.equal(["reports after which those who stayed had less = 0"]);
    world.ratesOfRun.pop();
  });

  it("exits with 1 and prints expected and actual value when a check fails", async () => {
    const { state } = await examine(world);
    world.depositedWei += 1n;
    const lines: string[] = [];
    const code = await conclude(world, false, (line) => lines.push(line));
    world.depositedWei -= 1n;

    expect(code).to.equal(1);
    const told = lines.join("\n").replace(/\s+/g, " ");
    expect(told).to.include(
      "FAILED: the reported total = all that was paid in and earned, less paid out, by the model: expected " +
        `= ${state.trueTotal + 1n}, actual ${state.trueTotal}.`,
    );
    expect(told).to.include("1 of 24 checks fail.");
  });

  it("notices a day of the model without a report", async () => {
    world.model.advance();
    expect(await failures()).to.deep.equal([
      "the reported total = all that was paid in and earned, less paid out, by the model",
      "a report for every day",
    ]);
  });

  it("exits with 0, and prints the state for machines on request", async () => {
    const lines: string[] = [];
    const code = await run({ days: DAYS, json: true }, (line) => lines.push(line));

    const { state, checks } = JSON.parse(lines.join("\n")) as {
      state: Record<string, unknown>;
      checks: { holds: boolean }[];
    };
    expect(code).to.equal(0);
    expect(state.totalStaked).to.equal("384000000000000000000");
    expect(checks.every((check) => check.holds)).to.equal(true);
  });
});
