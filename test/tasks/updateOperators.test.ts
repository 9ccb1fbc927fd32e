import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { toBeHex } from "ethers";

import { fetchClusterSnapshot, fetchOwnerState } from "../../clients/ownerEvents.ts";
import { useKeyCeremony } from "../helpers/keyCeremony.ts";
import { makeNewShares } from "../helpers/newShares.ts";

/** Four operators and the network, for each validator. */
const BURN_RATE = 4n * 1_770_000_000n + 3_366_600_000n;
const [DAY, THRESHOLD, WAIT] = [7_200n, 42_960n, 256];
const [FORMER, NEW] = ["1,2,3,4", "1,2,3,5"];
const ids = (text: string) => text.split(",").map(BigInt);

/** What the task tells. */
interface Update {
  readonly keys: number;
  readonly transactions: readonly Record<string, unknown>[];
  readonly registrableFromBlock: number | null;
  readonly next: string;
}

describe("validators update-operators, for an account of its own", () => {
  // Operators 5 to 8.
  const ceremony = useKeyCeremony(4);
  let service: string;

  beforeEach(async () => {
    const { chain, generate, split, json, dir } = ceremony();
    service = (await chain.getSigner(8)).address;
    await generate({ withdrawalAddress: service });
    await split({ account: service, operators: FORMER });
    await json("service onboard", { dir, account: "eoa", from: service, yes: true });
  });

  const own = (args: Record<string, unknown> = {}) => ({ account: "eoa", from: service, yes: true, ...args });
  const shares = (operators: string, firstNonce = "3", firstIndex = "0") =>
    makeNewShares(ceremony(), service, { operators, firstNonce, firstIndex, withdrawalAddress: service });
  const update = async (dir: string, args: Record<string, unknown> = {}) =>
    (await ceremony().json("validators update-operators", own({ dir, ...args }))) as unknown as Update;
  const refuses = (dir: string, line: string, args: Record<string, unknown> = {}) =>
    ceremony().refuses("validators update-operators", own({ dir, ...args }), line);
  const state = () => fetchOwnerState(ceremony().network, service);
  const validators = async () =>
    [...(await state()).validators.values()].map(
      (each) => `${each.operatorIds.join()} ${each.state} ${each.ownerNonce}`,
    );
  const mine = async (blocks: number): Promise<void> => {
    await ceremony().chain.send("hardhat_mine", [toBeHex(blocks)]);
  };
  const unchanged = [`${FORMER} registered 0`, `${FORMER} registered 1`, `${FORMER} registered 2`];

  it("H13 removes the keys, waits for 256 blocks, and registers them with the new operators, paid for the days", async () => {
    const { chain, run } = ceremony();
    const dir = await shares(NEW);
    const { stdout, stderr } = await run("validators update-operators", own({ dir, json: true }));
    const removed = JSON.parse(stdout) as Update;
    const removedIn = await chain.getBlockNumber();
    expect(removed).to.deep.include({
      ...{ dryRun: false, account: service, keys: 3, registrableFromBlock: removedIn + WAIT },
      next: `run it again from block ${removedIn + WAIT} on, in about 51 minutes, to register them`,
    });
    const [{ transactionHash, ...row } = {}] = removed.transactions;
    expect(transactionHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(row).to.deep.equal({
      ...{ step: "remove", operators: ["1", "2", "3", "4"], keys: 3, firstNonce: null, state: "done", valueWei: "0" },
    });
    expect(stderr)
      .to.contain("warning: validators that have not exited are off duty at once")
      .and.to.contain("warning: they can be registered again 256 blocks later at the earliest, about 52 minutes\n")
      .and.to.contain("the new shares are signed for its nonces 3 to 5\n");
    expect(await validators()).to.deep.equal([0, 1, 2].map((nonce) => `${FORMER} removed ${nonce}`));

    const line = (block: number, minutes: number) =>
      `operators of keys that were removed in block ${removedIn} may not be replaced before block ${removedIn + WAIT} (got block ${block}): run it again then, in about ${minutes} minutes`;
    await refuses(dir, line(removedIn, 51));
    await mine(WAIT - 2);
    await refuses(dir, line(removedIn + WAIT - 2, 1));
    await mine(1);

    const again = await run("validators update", own({ dir, json: true, days: "30" }));
    const registered = JSON.parse(again.stdout) as Update;
    const value = 3n * BURN_RATE * (THRESHOLD + 30n * DAY);
    const [{ transactionHash: hash, ...last } = {}] = registered.transactions;
    expect(hash).to.match(/^0x[0-9a-f]{64}$/);
    expect(last).to.deep.equal({
      ...{ step: "register", operators: ["1", "2", "3", "5"], keys: 3, firstNonce: "3", state: "done" },
      valueWei: `${value}`,
    });
    expect(registered.next).to.contain("`cluster list`");
    expect(again.stderr).to.contain("warning: only blocks were counted: no beacon node was asked (--beacon-node)");
    expect(await validators()).to.deep.equal([3, 4, 5].map((nonce) => `${NEW} registered ${nonce}`));
    const cluster = await fetchClusterSnapshot(ceremony().network, service, ids(NEW));
    expect([cluster.validatorCount, cluster.balance]).to.deep.equal([3n, value]);

    const done = await run("validators update-operators", own({ dir, json: true }));
    expect(JSON.parse(done.stdout)).to.deep.include({ keys: 0, transactions: [], next: "none" });
    expect(done.stderr).to.equal("all keys of the folder are registered with its shares already\n");
  });

  it("H13 leaves no way around the wait: `service onboard` takes no key that was registered before", async () => {
    const dir = await shares(NEW);
    const [first = ""] = (await state()).validators.keys();
    const line = `dir holds a key that was registered before, whose former operators may still sign (got ${first}): register it again with \`validators update-operators\`, which waits until they have stopped`;
    await ceremony().refuses("service onboard", own({ dir }), line);
    await update(dir);
    await ceremony().refuses("service onboard", own({ dir }), line);
    expect((await validators())[0]).to.equal(`${FORMER} removed 0`);
  });

  it("goes on where it stopped, with some keys removed and later some registered", async () => {
    const { network, chain } = ceremony();
    const dir = await shares("0-1:1,2,3,5 2-2:1,2,4,6");
    const [first = "0x"] = (await state()).validators.keys();
    const signer = network.connect(await chain.getSigner(8));
    const snapshot = await fetchClusterSnapshot(network, service, ids(FORMER));
    await (await signer.removeValidator(first, ids(FORMER), snapshot)).wait();
    expect((await update(dir)).transactions.map(({ step, keys }) => [step, keys])).to.deep.equal([["remove", 2]]);
    await mine(WAIT - 1);

    const dry = await update(dir, { dryRun: true, yes: false });
    expect(dry.transactions.map(({ operators, keys, state: planned }) => [operators, keys, planned])).to.deep.equal([
      [["1", "2", "3", "5"], 2, "planned"],
      [["1", "2", "4", "6"], 1, "planned"],
    ]);
    expect(dry.next).to.equal("run it without --dry-run");
    const payload = sharesIn(dir, "000003-000004");
    const value = 10n ** 18n;
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    const { publicKey = "", sharesData = "" } = payload[0] ?? {};
    await (await signer.registerValidator(publicKey, ids(NEW), sharesData, empty, { value })).wait();

    const rest = await update(dir);
    expect(rest.keys).to.equal(2);
    expect(rest.transactions.map(({ operators, keys, firstNonce }) => [operators, keys, firstNonce])).to.deep.equal([
      [["1", "2", "3", "5"], 1, "4"],
      [["1", "2", "4", "6"], 1, "5"],
    ]);
    expect(await validators()).to.deep.equal([`${NEW} registered 3`, `${NEW} registered 4`, "1,2,4,6 registered 5"]);
  });

  it("plans the removal with --dry-run, and sends nothing", async () => {
    const dir = await shares(NEW);
    const planned = await update(dir, { dryRun: true, yes: false });
    expect(planned).to.deep.include({ dryRun: true, keys: 3, registrableFromBlock: null });
    expect(planned.transactions).to.have.lengthOf(1);
    expect(planned.transactions[0]).to.include({ step: "remove", state: "planned", transactionHash: "" });
    expect(await validators()).to.deep.equal(unchanged);
  });

  it("H12 refuses to leave out two of four operators, before anything is removed and afterwards", async () => {
    const line =
      "operators leave out 3, 4 of 1, 2, 3, 4, who keep their shares and could sign with 1 faulty ones of the others (got 1,2,5,6): leave out 1 at the most, or exit the validators, or have ssv-dkg share keys anew that were made with it";
    const dir = await shares("1,2,5,6");
    await refuses(dir, line);
    expect(await validators()).to.deep.equal(unchanged);
    await update(await shares(NEW));
    await refuses(dir, line);
    const removedIn = await ceremony().chain.getBlockNumber();
    // Of a larger set, too, one of the four may be missing and not two.
    await refuses(
      await shares("1,2,5,6,7,8,3"),
      `operators of keys that were removed in block ${removedIn} may not be replaced before block ${removedIn + WAIT} (got block ${removedIn}): run it again then, in about 51 minutes`,
    );
  });

  it("H15 refuses shares for other nonces than the next, before and after the removal, and damaged ones", async () => {
    const late = await shares(NEW, "4");
    const first = [...(await state()).validators.keys()][0] ?? "";
    const remedy = "make new shares in a folder of their own, with `keys split --chain … --first-nonce";
    const line = (nonce: number, expected: number) =>
      `nonce of the shares is not the account's next one, ${expected} (got ${nonce} of ${first}): ${remedy} ${expected}\``;
    await refuses(late, line(4, 3));
    expect(await validators()).to.deep.equal(unchanged);

    const dir = await shares(NEW);
    await update(dir);
    await mine(WAIT);
    const { network, chain } = ceremony();
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    const foreign = network.connect(await chain.getSigner(8));
    const other = toBeHex(9, 48);
    await (await foreign.registerValidator(other, ids("1,2,5,6"), "0x", empty, { value: 10n ** 18n })).wait();
    await refuses(dir, line(3, 4));

    const file = join(late, "batches/000004-000006/keyshares.json");
    const keyshares = JSON.parse(readFileSync(file, "utf8")) as { shares: { payload: Record<string, string> }[] };
    const [one, two] = keyshares.shares;
    if (one === undefined || two === undefined) throw new Error("three keys");
    one.payload.sharesData = two.payload.sharesData ?? "";
    writeFileSync(file, JSON.stringify(keyshares));
    const end = await ceremony().run("validators update-operators", own({ dir: late }));
    expect(end.success).to.equal(false);
    expect(end.stderr).to.contain("batches/000004-000006/keyshares.json").and.to.contain("failed");
  });

  it("refuses what could not be registered again, before anything is removed", async () => {
    const { network, chain } = ceremony();
    const dir = await shares(NEW);
    await (await network.setOperatorsPrivateUnchecked([5n])).wait();
    await refuses(
      dir,
      "operators names an operator private without the account on the whitelist (got 5): choose others with `operators suggest`, and make shares for them",
    );
    await (await network.setOperatorsPublicUnchecked([5n])).wait();
    const signer = network.connect(await chain.getSigner(8));
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    await (await signer.registerValidator(toBeHex(9, 48), ids(NEW), "0x", empty, { value: 10n ** 18n })).wait();
    const snapshot = await fetchClusterSnapshot(network, service, ids(NEW));
    await (await signer.liquidate(service, ids(NEW), snapshot)).wait();
    await refuses(
      await shares(NEW, "4"),
      "operators are of a cluster that is liquidated, which takes no validators (got 1,2,3,5): reactivate it first, with `cluster reactivate --account eoa`",
    );
    expect((await validators()).slice(0, 3)).to.deep.equal(unchanged);
  });

  it("refuses keys that never ran, other owners, and folders that are none", async () => {
    const { chain } = ceremony();
    const unknown = await shares(NEW, "3", "50");
    const { stderr } = await ceremony().run("validators update-operators", own({ dir: unknown }));
    expect(stderr).to.match(
      new RegExp(
        `^error: dir holds a key that ${service} has never registered \\(got 0x\\w+\\): name a folder with keys that run already; new ones are for \`validators activate\` or \`service onboard\`\n$`,
      ),
    );
    await ceremony().refuses(
      "validators update-operators",
      own(),
      "dir is missing (got nothing): name the folder with the key shares for the new operators",
    );
    const other = (await chain.getSigner(7)).address;
    await refuses(
      await shares(NEW),
      `account is not the pool's, so that nobody here can change its clusters (got ${other}): leave it out for the pool, or give eoa for the account that sends`,
      { account: other },
    );
    expect(await validators()).to.deep.equal(unchanged);
  });

  it("H16 goes on when somebody pays into the cluster, and takes the same operators for shares that were bad", async () => {
    const { network, chain } = ceremony();
    const dir = await shares(FORMER);
    await update(dir);
    await mine(WAIT - 1);
    const cluster = await fetchClusterSnapshot(network, service, ids(FORMER));
    await (
      await network.connect(await chain.getSigner(7)).deposit(service, ids(FORMER), cluster, { value: 1n })
    ).wait();
    const { transactions } = await update(dir, { days: "30" });
    expect(transactions[0]).to.include({ step: "register", keys: 3, state: "done" });
    expect(await validators()).to.deep.equal([3, 4, 5].map((nonce) => `${FORMER} registered ${nonce}`));
  });
});

/** Key shares of a batch as its file has them. */
function sharesIn(dir: string, batch: string): Record<string, string>[] {
  const text = readFileSync(join(dir, "batches", batch, "keyshares.json"), "utf8");
  return (JSON.parse(text) as { shares: { payload: Record<string, string> }[] }).shares.map(({ payload }) => payload);
}
