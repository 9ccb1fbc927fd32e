import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { useKeyCeremony } from "../helpers/keyCeremony.ts";

/** Four operators and the network, for each validator. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
const [DAY, THRESHOLD] = [7_200n, 42_960n];
const [FIRST, SECOND] = [
  [1n, 2n, 3n, 4n],
  [1n, 2n, 3n, 5n],
];

describe("service onboard", () => {
  const ceremony = useKeyCeremony(1);
  let service: string;

  beforeEach(async () => {
    const { chain, generate, split } = ceremony();
    service = (await chain.getSigner(8)).address;
    await generate({ withdrawalAddress: service, count: "5" });
    await split({ account: service, operators: "0-2:1,2,3,4 3-4:1,2,3,5" });
  });

  const onboard = (args: Record<string, unknown> = {}) =>
    ceremony().json("service onboard", { dir: ceremony().dir, account: "eoa", from: service, yes: true, ...args });
  const state = () => fetchOwnerState(ceremony().network, service);
  const needed = (validators: bigint, days: bigint) => validators * BURN_RATE * (THRESHOLD + days * DAY);

  /** Blocks that a cluster runs for. */
  async function runwayOf(operatorIds: readonly bigint[]): Promise<bigint> {
    const { network, chain } = ceremony();
    const views = ISSVNetworkViews__factory.connect(await network.getAddress(), chain);
    const snapshot = (await state()).clusters.get(operatorIds.join())?.snapshot;
    if (snapshot === undefined) throw new Error("there is no such cluster");
    const balance = await views.getBalance(service, [...operatorIds], snapshot);
    const burnRate = await views.getBurnRate(service, [...operatorIds], snapshot);
    return (balance - burnRate * THRESHOLD) / burnRate;
  }

  it("registers all keys of a folder in their order, and pays each cluster for the days", async () => {
    const { transactions, ...rest } = await onboard({ days: "30" });

    expect(rest).to.deep.equal({ dryRun: false, account: service, keys: 5 });
    const rows = transactions as Record<string, unknown>[];
    expect(rows.map(({ transactionHash, ...row }) => [typeof transactionHash, row])).to.deep.equal([
      [
        "string",
        {
          operators: ["1", "2", "3", "4"],
          firstNonce: "0",
          keys: 3,
          valueWei: `${needed(3n, 30n)}`,
          state: "registered",
        },
      ],
      [
        "string",
        {
          operators: ["1", "2", "3", "5"],
          firstNonce: "3",
          keys: 2,
          valueWei: `${needed(2n, 30n)}`,
          state: "registered",
        },
      ],
    ]);
    const { ownerNonce, validators } = await state();
    expect(ownerNonce).to.equal(5n);
    expect([...validators.values()].map(({ operatorIds }) => operatorIds.join())).to.deep.equal([
      ...[FIRST, FIRST, FIRST, SECOND, SECOND].map((ids) => ids.join()),
    ]);
    expect(await runwayOf(SECOND)).to.equal(30n * DAY);
    expect(await runwayOf(FIRST)).to.equal(30n * DAY - 1n);
  });

  it("registers a few at a time, and pays in what the cluster lacks by then", async () => {
    const { transactions } = await onboard({ days: "30", perTransaction: "2" });
    const rows = transactions as { keys: number; valueWei: string }[];
    expect(rows.map(({ keys }) => keys)).to.deep.equal([2, 1, 2]);
    // The first two were registered in the block that the second plan was made for.
    expect(BigInt(rows[1]?.valueWei ?? 0)).to.equal(needed(1n, 30n));
    // Of which one passed until the third was, and another one since.
    expect(await runwayOf(FIRST)).to.equal(30n * DAY - 2n);
  });

  it("goes on where it stopped, and does nothing when all is done", async () => {
    const { network, chain, dir, run } = ceremony();
    const text = readFileSync(join(dir, "batches/000000-000002/keyshares.json"), "utf8");
    const [first] = (JSON.parse(text) as { shares: { payload: Record<string, string> }[] }).shares;
    const { publicKey = "", sharesData = "" } = first?.payload ?? {};
    const signer = await chain.getSigner(8);
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    const value = needed(1n, 100n);
    await (await network.connect(signer).registerValidator(publicKey, [...FIRST], sharesData, empty, { value })).wait();

    const { transactions, keys } = await onboard({ days: "30" });
    expect(keys).to.equal(4);
    expect((transactions as { firstNonce: string }[]).map(({ firstNonce }) => firstNonce)).to.deep.equal(["1", "3"]);
    expect((await state()).ownerNonce).to.equal(5n);

    const args = { dir, account: "eoa", from: service, yes: true, json: true };
    const again = await run("service onboard", args);
    expect(JSON.parse(again.stdout)).to.deep.equal({ dryRun: false, account: service, keys: 0, transactions: [] });
    expect(again.stderr).to.contain("5 of 5 keys are registered already\n");
  });

  it("simulates the first transaction, and plans the others, with --dry-run", async () => {
    const { transactions, dryRun } = await onboard({ dryRun: true, yes: false });
    expect(dryRun).to.equal(true);
    expect(transactions).to.deep.equal([
      {
        ...{ operators: ["1", "2", "3", "4"], firstNonce: "0", keys: 3, valueWei: `${needed(3n, 90n)}` },
        ...{ state: "planned", transactionHash: "" },
      },
      {
        ...{ operators: ["1", "2", "3", "5"], firstNonce: "3", keys: 2, valueWei: null },
        ...{ state: "planned", transactionHash: "" },
      },
    ]);
    expect((await state()).ownerNonce).to.equal(0n);
  });

  it("H15 refuses shares that are not as they were made, and registers none", async () => {
    const { dir, run } = ceremony();
    const file = join(dir, "batches/000003-000004/keyshares.json");
    const keyshares = JSON.parse(readFileSync(file, "utf8")) as { shares: { payload: { sharesData: string } }[] };
    const [first, second] = keyshares.shares;
    if (first === undefined || second === undefined) throw new Error("two keys");
    first.payload.sharesData = second.payload.sharesData;
    writeFileSync(file, JSON.stringify(keyshares));
    const end = await run("service onboard", { dir, account: "eoa", from: service, yes: true });
    expect(end.success).to.equal(false);
    expect(end.stderr).to.contain("batches/000003-000004/keyshares.json").and.to.contain("failed");
    expect((await state()).ownerNonce).to.equal(0n);
  });

  it("refuses nonces that have passed, other owners, pools, and clusters that are used up or liquidated", async () => {
    const { dir, refuses, chain, network, run } = ceremony();
    await refuses(
      "service onboard",
      { dir },
      "account is not the account that sends: a pool stakes with `validators activate` (got nothing): give eoa",
    );
    await refuses(
      "service onboard",
      { dir, account: "eoa", perTransaction: "81" },
      "per-transaction is not a whole number within its bounds (got 81): give 1 to 80",
    );
    const other = (await chain.getSigner(7)).address;
    const foreign = await run("service onboard", { dir, account: "eoa", from: other, yes: true });
    expect(foreign.stderr).to.contain("000000-000002").and.to.contain(other);

    await onboard({ days: "30" });
    const cluster = (await state()).clusters.get(SECOND.join())?.snapshot;
    if (cluster === undefined) throw new Error("there is no such cluster");
    const more = { withdrawalAddress: service, count: "6" };
    await ceremony().generate(more);
    await ceremony().split({ account: service, operators: "0-5:1,2,3,5" });
    await chain.send("hardhat_mine", [toBeHex(400_000)]);
    const usedUp = await run("service onboard", { dir, account: "eoa", from: service });
    expect(usedUp.success).to.equal(false);
    expect(usedUp.stderr).to.contain(
      "error: operators are of a cluster that has used up its ether, so that what is paid in goes to fees that it owes (got 1,2,3,5): end it with `cluster liquidate`",
    );
    await (await network.connect(await chain.getSigner(8)).liquidate(service, [...SECOND], cluster)).wait();
    const { success, stderr } = await run("service onboard", { dir, account: "eoa", from: service });
    expect(success).to.equal(false);
    expect(stderr).to.contain(
      "error: operators are of a cluster that is liquidated, which takes no validators (got 1,2,3,5): reactivate it first, with `cluster reactivate --account eoa`\n",
    );
  });
});
