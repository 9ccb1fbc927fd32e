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

  it("ends with twelve validators, six stakers and every check", async () => {
    const { state, checks } = await examine(world);

    expect(checks.map(holds)).to.deep.equal(Array<boolean>(16).fill(true));
    expect(state).to.include({ day: DAYS, totalStaked: 384n * 10n ** 18n, deposits: 12n });
    expect(state.holdings.slice(0, 6).map(({ name }) => name)).to.deep.equal([
      "Ada",
      "Ben",
      "Cleo",
      "Dan",
      "Eve",
      "Finn",
    ]);
    expect(state.shareRateRay > 10n ** 27n).to.equal(true);
  });

  it("tells what the contracts refused", () => {
    expect(text).to.include("QuorumNotReached: signatures 2, quorum 3");
    expect(text).to.match(/SupermajorityRequired: loss \d+/);
    expect(text).to.match(/ReportedLossAboveLimit: loss \d+/);
    expect(text).to.include("which is 0.1000 % of the pool");
  });

  it("stays within 100 columns", () => {
    expect(text.split("\n").filter((line) => line.length > 100)).to.deep.equal([]);
  });

  it("notices that less is there than was reported", async () => {
    const { connection, suite } = world;
    const vault = await suite.withdrawalVault.getAddress();
    const balance = await connection.ethers.provider.getBalance(vault);

    await connection.networkHelpers.setBalance(vault, 0n);
    expect(balance > 0n).to.equal(true);
    expect(await failures()).to.deep.equal(["ether in PoolETH and the vaults >= buffered ether"]);

    await connection.networkHelpers.setBalance(vault, balance);
    expect(await failures()).to.deep.equal([]);
  });

  it("notices one wei that the books do not know", async () => {
    world.depositedWei += 1n;
    expect(await failures()).to.deep.equal(["the reported total = all that was paid in and earned, by the model"]);
    world.depositedWei -= 1n;

    world.paidToSSVWei -= 1n;
    expect(await failures()).to.deep.equal(["balance of the cluster = paid in - fee of each validator and block"]);
    world.paidToSSVWei += 1n;
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
      "FAILED: the reported total = all that was paid in and earned, by the model: expected " +
        `= ${state.trueTotal + 1n}, actual ${state.trueTotal}.`,
    );
    expect(told).to.include("1 of 16 checks fail.");
  });

  it("notices a day of the model without a report", async () => {
    world.model.advance();
    expect(await failures()).to.deep.equal([
      "the reported total = all that was paid in and earned, by the model",
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
