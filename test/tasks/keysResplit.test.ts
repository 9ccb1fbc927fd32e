import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { toHex } from "../../src/units/hex.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";
import { MNEMONIC, useKeyCeremony, type SplitBatch, type TaskResult } from "../helpers/keyCeremony.ts";

/** The keys of `local ceremony`, of the same mnemonic, are others. */
const FIRST_INDEX = "100";
const [USUAL, OTHERS] = [
  ["1", "2", "3", "4"],
  ["5", "6", "7", "8"],
];

describe("keys resplit", () => {
  // Operators 5 to 8.
  const ceremony = useKeyCeremony(4);

  const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);
  const pubkey = (position: number) =>
    toHex(
      keychain
        .signingKey(Number(FIRST_INDEX) + position)
        .toPublicKey()
        .toBytes(),
    );
  const generate = (count: number) => ceremony().generate({ count: String(count), firstIndex: FIRST_INDEX });
  const split = (args: Record<string, unknown> = {}) => ceremony().split({ firstIndex: FIRST_INDEX, ...args });
  const options = (args: Record<string, unknown> = {}) => ({
    mnemonicFile: ceremony().file("mnemonic"),
    firstIndex: FIRST_INDEX,
    yes: true,
    ...args,
  });
  const resplit = async (args: Record<string, unknown> = {}) =>
    (await ceremony().json("keys resplit", options(args))) as TaskResult & { batches: SplitBatch[] };
  const refuses = (args: Record<string, unknown>, line: string) =>
    ceremony().refuses("keys resplit", options(args), line);
  const batch = (name: string) => join(ceremony().dir, "batches", name);
  const names = (below: string) => {
    const path = join(ceremony().dir, below);
    return existsSync(path) ? readdirSync(path) : [];
  };
  const keysOf = (folder: string) => readCeremony(folder, LOCAL).keys.map((key) => key.pubkey);
  const register = (dir = ceremony().dir) =>
    ceremony().json("validators register", { dir, yes: true }) as Promise<TaskResult & { batches: TaskResult[] }>;
  const discard = () => ceremony().json("validators discard", { batch: "0", yes: true });
  /** Keys of another folder, at the pool's next nonces. */
  async function registerOthers(count: number): Promise<void> {
    const out = join(ceremony().home, "others");
    await ceremony().json("local ceremony", { out, count: String(count) });
    await register(out);
  }
  /** Has the first key of the folder activated, and drops what waits. */
  async function activateOneAndDiscard(): Promise<void> {
    await register();
    await ceremony().json("pool deposit", { amount: "64", yes: true });
    expect(await ceremony().json("validators activate", { count: "1", yes: true })).to.include({ keys: 1 });
    await discard();
  }

  it("makes new shares after another folder's batch was discarded, for the same operators", async () => {
    await registerOthers(2);
    await generate(3);
    await split({ operators: "0-0:5,6,7,8 1-2:1,2,3,4" });
    await register();
    await discard();

    const { batches, owner } = await resplit();

    expect(owner).to.equal(ceremony().owner);
    expect(batches).to.deep.equal([
      { folder: batch("000000-000000"), firstNonce: "0", keys: 1, operators: OTHERS },
      { folder: batch("000001-000002"), firstNonce: "1", keys: 2, operators: USUAL },
    ]);
    expect(names("batches")).to.deep.equal(["000000-000000", "000001-000002"]);
    expect(names("superseded")).to.deep.equal(["0000-000002-000002", "0001-000003-000004"]);
    expect(keysOf(join(ceremony().dir, "superseded", "0001-000003-000004"))).to.deep.equal([pubkey(1), pubkey(2)]);
    expect(batches.flatMap(({ folder }) => keysOf(folder))).to.deep.equal([pubkey(0), pubkey(1), pubkey(2)]);
    expect(await ceremony().verify()).to.include("chain: nonces follow on the account's · 2 batches: ok");
    expect((await register()).batches).to.have.lengthOf(2);
    expect(await resplit()).to.deep.include({ keys: 0, batches: [] });
  });

  it("keeps batches that still fit, and makes new shares for the nonces after them", async () => {
    await generate(3);
    await split({ operators: "0-0:5,6,7,8 1-2:1,2,3,4" });
    const kept = readFileSync(join(batch("000001-000002"), "keyshares.json"), "utf8");
    await registerOthers(1);

    const { batches } = await resplit({ operators: "1,2,3,4" });

    expect(batches).to.deep.equal([{ folder: batch("000003-000003"), firstNonce: "3", keys: 1, operators: USUAL }]);
    expect(names("superseded")).to.deep.equal(["0000-000000-000000"]);
    expect(readFileSync(join(batch("000001-000002"), "keyshares.json"), "utf8")).to.equal(kept);
    expect((await register()).batches).to.have.lengthOf(2);
  });

  it("makes no new shares for keys that were activated before the rest was discarded", async () => {
    await generate(3);
    await split();
    await activateOneAndDiscard();

    const { batches } = await resplit();

    expect(batches).to.deep.equal([{ folder: batch("000001-000002"), firstNonce: "1", keys: 2, operators: USUAL }]);
    expect(keysOf(batch("000001-000002"))).to.deep.equal([pubkey(1), pubkey(2)]);
    expect((await register()).batches[0]).to.include({ keys: 2, firstNonce: "1" });
  });

  it("only puts void shares aside, and remembers for machines without a connection what was activated", async () => {
    await generate(3);
    await split();
    await activateOneAndDiscard();
    const { dir, file, json, owner } = ceremony();
    const putAside = [{ folder: batch("000000-000002"), firstNonce: "0", keys: 3, reason: "void" }];
    const excludedFile = join(dir, "excluded.json");

    const args = { dir, ...options({ asideOnly: true, mnemonicFile: undefined, json: true }) };
    const aside = await ceremony().run("keys resplit", args);

    expect(JSON.parse(aside.stdout)).to.deep.equal({
      ...{ dryRun: false, folder: dir, owner, keys: 0, nextNonce: "1", batches: [], putAside },
      ...{ excluded: [pubkey(0)], excludedFile },
    });
    expect(aside.stderr).to.equal(
      `${pubkey(0)} is registered at ssv.network: listed in ${excludedFile}, and not split again\n`,
    );
    expect(JSON.parse(readFileSync(excludedFile, "utf8"))).to.deep.equal([pubkey(0)]);
    expect(names("batches")).to.deep.equal([]);
    const operatorsFile = file("operators.json");
    await json("operators suggest", { strategy: "cheapest", include: "1,2,3,4", out: operatorsFile });
    const offline = await createTaskRunner();
    const { success, stderr } = await offline("keys split", {
      ...{ dir, mnemonicFile: file("mnemonic"), firstIndex: FIRST_INDEX },
      ...{ chain: "local", account: owner, firstNonce: "1", operatorsFile },
    });
    expect(success, stderr).to.equal(true);
    expect(keysOf(batch("000001-000002"))).to.deep.equal([pubkey(1), pubkey(2)]);
    expect((await register()).batches[0]).to.include({ keys: 2, firstNonce: "1" });
  });

  it("leaves excluded keys out for ever", async () => {
    await generate(4);
    await split();
    const { dir } = ceremony();

    const { batches } = await resplit({ exclude: `${pubkey(1).slice(2).toUpperCase()}, ${pubkey(3)}` });

    expect(batches).to.deep.equal([{ folder: batch("000000-000001"), firstNonce: "0", keys: 2, operators: USUAL }]);
    expect(keysOf(batch("000000-000001"))).to.deep.equal([pubkey(0), pubkey(2)]);
    expect(names("superseded")).to.deep.equal(["0000-000000-000003"]);
    expect(JSON.parse(readFileSync(join(dir, "excluded.json"), "utf8"))).to.deep.equal([pubkey(1), pubkey(3)]);
    expect(await split()).to.deep.include({ keys: 0 });
    await generate(5);
    expect((await split()).batches.map(({ folder }) => keysOf(folder))).to.deep.equal([[pubkey(4)]]);
    expect((await register()).batches).to.have.lengthOf(2);
    await refuses(
      { exclude: pubkey(4) },
      `exclude waits in the pool's registry, with the batch in ${batch("000002-000002")} (got ${pubkey(4)}): drop it there with \`validators discard\` first`,
    );
    await discard();
    const planned = await resplit({ exclude: `${pubkey(0)},${pubkey(0).toUpperCase().slice(2)}`, dryRun: true });
    expect(planned.excluded).to.deep.equal([pubkey(0)]);
    expect(planned.putAside).to.deep.equal([
      { folder: batch("000000-000001"), firstNonce: "0", keys: 2, reason: "excluded" },
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, reason: "follows" },
    ]);
    expect(planned.batches).to.deep.equal([{ folder: "", firstNonce: "0", keys: 2, operators: USUAL }]);
  });

  it("shows with --dry-run what it would do, and does nothing unless somebody agrees", async () => {
    await generate(2);
    await split();
    await registerOthers(1);
    const { dir } = ceremony();
    const before = readdirSync(dir, { recursive: true });

    expect(await resplit({ dryRun: true, yes: false, mnemonicFile: undefined })).to.deep.equal({
      ...{ dryRun: true, folder: dir, owner: ceremony().owner, keys: 2, nextNonce: "3" },
      batches: [{ folder: "", firstNonce: "1", keys: 2, operators: USUAL }],
      putAside: [{ folder: batch("000000-000001"), firstNonce: "0", keys: 2, reason: "void" }],
      ...{ excluded: [], excludedFile: "" },
    });
    const { success, stdout, stderr } = await ceremony().run("keys resplit", { dir, ...options({ yes: false }) });
    expect({ success, stdout }).to.deep.equal({ success: false, stdout: "" });
    expect(stderr).to.equal(
      `the shares in ${batch("000000-000001")}, from nonce 0 on, are void and will be put aside\n` +
        "error: confirmation cannot be asked for, so nothing was changed (got no terminal): run it in a terminal, or go ahead with --yes; --dry-run shows what it would do\n",
    );
    expect(readdirSync(dir, { recursive: true })).to.deep.equal(before);
  });

  it("changes nothing before it has the secrets of all keys that it splits", async () => {
    await generate(4);
    await split({ operators: "5,6,7,8" });
    await registerOthers(1);
    const { dir, file } = ceremony();
    const deposits = join(dir, "deposit_data.json");
    const made = readFileSync(deposits, "utf8");
    const before = readdirSync(dir, { recursive: true });
    const exclude = pubkey(0);
    const givesNot = (position: number, made: number, index: number, expected: number) =>
      `mnemonic does not give key ${position} of ${dir}, ${pubkey(expected)} (got public key ${pubkey(made)} at index ${index}): give the mnemonic, passphrase and first index that the folder was made with`;

    await refuses({ exclude, firstIndex: "0" }, givesNot(1, -99, 1, 1));
    await refuses(
      { exclude, mnemonicFile: file("nowhere") },
      "mnemonic-file names no file (got hidden): give the path of a file that holds it on its first line",
    );
    const { success } = await ceremony().run("keys resplit", { dir, ...options({ exclude, mnemonicFile: undefined }) });
    expect(success).to.equal(false);
    const [first, second, third, fourth] = JSON.parse(made) as unknown[];
    writeFileSync(deposits, JSON.stringify([first, second, fourth, third]));
    await refuses({ exclude }, givesNot(2, 2, 102, 3));
    expect(readdirSync(dir, { recursive: true })).to.deep.equal(before);

    writeFileSync(deposits, made);
    expect((await resplit({ exclude })).batches).to.deep.equal([
      { folder: batch("000001-000003"), firstNonce: "1", keys: 3, operators: OTHERS },
    ]);
  });

  it("says what it has put aside when the rest fails, and goes on when it is run again", async () => {
    await generate(3);
    await split({ operators: "0-0:5,6,7,8 1-2:1,2,3,4" });
    await registerOthers(2);
    const { dir } = ceremony();
    // In the way of the second batch.
    const taken = join(dir, "superseded", "0002-000001-000002");
    cpSync(batch("000001-000002"), taken, { recursive: true });

    const { success, stderr } = await ceremony().run("keys resplit", { dir, ...options() });

    expect(success).to.equal(false);
    expect(stderr).to.equal(
      `the shares that were in ${batch("000000-000000")} were put aside, below ${join(dir, "superseded")}\n` +
        "run the same command again, and it goes on\n" +
        `error: dir cannot be written, ENOTEMPTY (got ${taken}): name a folder that is not there yet, and that you may write to\n`,
    );
    rmSync(taken, { recursive: true });
    expect((await resplit()).batches).to.deep.equal([
      { folder: batch("000002-000002"), firstNonce: "2", keys: 1, operators: OTHERS },
      { folder: batch("000003-000004"), firstNonce: "3", keys: 2, operators: USUAL },
    ]);
    expect(names("superseded")).to.deep.equal(["0001-000000-000000", "0001-000001-000002"]);
  });

  it("refuses keys and folders that it cannot split again", async () => {
    const { dir, home } = ceremony();
    await refuses({ dir: undefined }, "dir is missing (got nothing): name the folder of the keys");
    await refuses({}, `dir holds no deposit_data.json (got ${dir}): run \`keys generate\` with it first`);
    await generate(2);
    expect(await resplit()).to.deep.include({ keys: 0, batches: [] });
    await refuses(
      { exclude: pubkey(2) },
      `exclude is no key of the folder (got ${pubkey(2)}): name public keys of its deposit_data.json`,
    );
    await refuses(
      { exclude: "0x11" },
      "exclude has 1 bytes instead of 48 (got 0x11): give exactly 96 hexadecimal digits",
    );
    await split();
    await registerOthers(1);
    await (await ceremony().network.removeOperator(3)).wait();
    await refuses(
      {},
      "operators names an operator removed from ssv.network (got 3): choose others with `operators suggest`",
    );
    await refuses(
      { dir: join(home, "others") },
      `dir holds the keyshares.json of one batch (got ${join(home, "others")}): name another folder: a ceremony keeps its batches below batches/`,
    );
    expect(names("superseded")).to.deep.equal([]);
  });
});
