import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { startNode, type RunningNode } from "../helpers/commandLine.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";

const ACCOUNT_0 = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const NUMBERS = [
  ...["activated", "activeKeys", "approvals", "batchCount", "blockNumber", "checkpoints", "count"],
  ...["exitRequested", "exitedKeys"],
  ...[
    "exitingKeys",
    "fromBlock",
    "keys",
    "lostKeys",
    "matching",
    "periodDays",
    "position",
    "quorum",
    "removedValidators",
    "requestCount",
  ],
  ...["room", "runwayDays", "runwayDaysAtMaximum", "runwayDaysIfRaised", "set", "signers", "slashedKeys"],
  ...["stakedKeys", "toBlock", "usable", "validators", "waitingRequests"],
];

describe("JSON of tasks", () => {
  let node: RunningNode;
  let folder: string;

  before(async () => {
    node = await startNode();
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  it("gives a field the same type in every task, before and after sending", async () => {
    const run = await createTaskRunner(node);
    const types = new Map<string, Set<string>>();
    const read = async (id: string, args: Record<string, unknown> = {}) => {
      const { success, stdout, stderr } = await run(id, { ...args, json: true });
      expect(success, `${id}: ${stderr}`).to.equal(true);
      collectTypes(JSON.parse(stdout), types);
    };
    const send = async (id: string, args: Record<string, unknown> = {}) => {
      await read(id, { ...args, dryRun: true });
      await read(id, { ...args, yes: true });
    };

    const dir = join(folder, "first");
    await send("pool deposit", { amount: "70" });
    await send("queue request", { amount: "1" });
    await read("queue status");
    await read("queue status", { id: "1" });
    await read("queue list");
    await read("local ceremony", { out: dir, count: "3" });
    await send("validators register", { dir });
    // With nothing left to do.
    await send("validators register", { dir });
    await send("validators activate", { dir });
    await read("local advance");
    await send("oracle report", { validatorsGwei: "64003000000" });
    await read("pool status");
    await read("pool balance", { account: ACCOUNT_0 });
    await read("validators list");
    await read("operators list");
    await read("operators show", { id: "1" });
    await read("operators suggest", { strategy: "cheapest", out: join(folder, "operators.json") });
    await read("service report");
    await read("validators show", { pubkey: readCeremony(dir, LOCAL).keys[0]?.pubkey });
    await send("validators discard", { batch: "0" });

    const several = [...types].filter(([, found]) => found.size > 1).map(([name, found]) => [name, ...found]);
    expect(several).to.deep.equal([]);
    const numbers = [...types].filter(([, found]) => found.has("number")).map(([name]) => name);
    expect(numbers.sort()).to.deep.equal(NUMBERS);
    for (const name of ["batch", "chainId", "firstNonce", "gas", "operators", "refSlot", "rewardsWei", "shares"])
      expect([...(types.get(name) ?? [])], name).to.deep.equal(["string"]);
  });
});

/** Adds the types of all fields at any depth; a list has those of its entries. */
function collectTypes(value: unknown, types: Map<string, Set<string>>, field?: string): void {
  if (Array.isArray(value)) for (const entry of value) collectTypes(entry, types, field);
  else if (typeof value === "object" && value !== null)
    for (const [name, content] of Object.entries(value)) collectTypes(content, types, name);
  if (field !== undefined && !Array.isArray(value)) types.set(field, (types.get(field) ?? new Set()).add(typeof value));
}
