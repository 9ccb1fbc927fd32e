import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { connectPool, type Pool } from "../../clients/pool.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { startNode, type RunningNode } from "../helpers/commandLine.ts";
import { writeBatches } from "../helpers/ceremonyFolders.ts";
import { startFileServer, type FileServer } from "../helpers/fileServer.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const REGISTER = "validators register";
const ACTIVATE = "validators activate";

describe("validators tasks on a folder of several batches", () => {
  let node: RunningNode;
  let server: FileServer;
  let provider: JsonRpcProvider;
  let pool: Pool;
  let run: TaskRunner;
  /** Where everything of this test is. */
  let folder: string;
  let dir: string;
  let content: string;
  let roots: string[];
  let pubkeys: string[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    node = await startNode();
    server = await startFileServer();
    provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1 });
    pool = await connectPool(provider, node.addresses.poolETH ?? "");
    run = await createTaskRunner(node);
    dir = join(folder, "ceremony");
    content = join(folder, "content");
    mkdirSync(content);
    const batches = await writeBatches(pool, dir, { counts: [2, 1, 2], firstNonce: 0n });
    roots = batches.map(({ ceremony }) => ceremonyTree(ceremony.keys).root);
    pubkeys = batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
  });

  after(async () => {
    provider.destroy();
    await server.stop();
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  async function json(id: string, args: Record<string, unknown>) {
    const { success, stdout, stderr } = await run(id, { ...args, json: true });
    expect(success, stderr).to.equal(true);
    return { result: JSON.parse(stdout) as Record<string, unknown>, stderr };
  }

  async function refuses(id: string, args: Record<string, unknown>, line: string, notes = "") {
    const { success, stdout, stderr } = await run(id, { yes: true, ...args });
    expect({ success, stdout, stderr }).to.deep.equal({
      success: false,
      stdout: "",
      stderr: `${notes}error: ${line}\n`,
    });
  }

  const uri = (i: number) => `${pathToFileURL(content).href}/${roots[i] ?? ""}/`;
  const row = (batch: number, state: string, transactionHash = "") => ({
    batch: String(batch),
    state,
    keys: [2, 1, 2][batch],
    firstNonce: ["0", "2", "3"][batch],
    root: roots[batch],
    transactionHash,
  });
  const label = (i: number, of: number) =>
    `folder ${["000000-000001", "000002-000002", "000003-000004"][i] ?? ""} (${i + 1} of ${of})`;

  it("refuses content options that do not fit, and shows no secret", async () => {
    await refuses(
      REGISTER,
      { dir, content: join(folder, "nowhere") },
      `content is not there (got ${join(folder, "nowhere")}): make or mount this folder, or correct the path`,
    );
    const file = join(folder, "file");
    writeFileSync(file, "");
    await refuses(
      REGISTER,
      { dir, content: file },
      `content cannot be written to, ENOTDIR (got ${file}): name a folder that you may write to`,
    );
    await refuses(
      REGISTER,
      { dir, contentAuth: "CONTENT_AUTH" },
      "content-auth has nothing to open (got no content): name the place with --content",
    );
    await refuses(
      REGISTER,
      { dir, content: server.url, contentAuth: "Bearer secret" },
      "content-auth must be the name of a configuration variable, never a header (got hidden): store the header with npm run hardhat -- keystore set CONTENT_AUTH and give --content-auth CONTENT_AUTH",
    );
    process.env.POOLETH_TEST_AUTH = "secret";
    await refuses(
      REGISTER,
      { dir, content: server.url, contentAuth: "POOLETH_TEST_AUTH" },
      "content-auth: POOLETH_TEST_AUTH holds no header (got hidden): store one under this name as the server wants it, such as Authorization: Bearer …",
    );
    delete process.env.POOLETH_TEST_AUTH;
    await refuses(
      REGISTER,
      { dir, contentUri: "https://me:secret@host/" },
      "content-uri carries credentials, which everybody would read (got https://host/): store the header that the server asks for under a name, and give that name with --content-auth",
    );
  });

  it("names the batch whose files are damaged, and registers none", async () => {
    const damaged = join(folder, "damaged");
    cpSync(dir, damaged, { recursive: true });
    const file = join(damaged, "batches", "000002-000002", "deposit_data.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("32000000000", "33000000000"));
    const { success, stderr } = await run(REGISTER, { dir: damaged, yes: true });
    expect(success).to.equal(false);
    expect(stderr).to.match(
      /^error: batches\/000002-000002\/deposit_data\.json\[0\]\.deposit_message_root does not follow from the entry/,
    );
    expect(await pool.poolManager.batchCount()).to.equal(0n);
  });

  it("refuses to store what is for everybody beside the keys", async () => {
    const link = join(folder, "link");
    symlinkSync(dir, link);
    for (const place of [dir, link, join(dir, "batches"), folder])
      await refuses(
        REGISTER,
        { dir, content: place },
        `content is the folder of the keys, in it or above it, ${dir} (got ${place}): name a folder apart from it: these files are for everybody`,
      );
    rmSync(link);
    const beside = `${dir}..content`;
    mkdirSync(beside);
    await json(REGISTER, { dir, content: beside, dryRun: true });
  });

  it("refuses keys that have no shares yet, and says how they get some", async () => {
    const unsplit = join(folder, "unsplit");
    mkdirSync(unsplit);
    cpSync(join(dir, "batches", "000000-000001", "deposit_data.json"), join(unsplit, "deposit_data.json"));
    await refuses(
      REGISTER,
      { dir: unsplit },
      `dir holds keys that are not split yet (got ${unsplit}): run \`keys split\` with it first`,
    );
  });

  it("refuses a batch with a key that is left out", async () => {
    const list = join(dir, "excluded.json");
    const [, , pubkey = ""] = pubkeys;
    writeFileSync(list, JSON.stringify([pubkey]));
    await refuses(
      REGISTER,
      { dir, content, dryRun: true },
      `key of dir is left out for ever by excluded.json (got ${pubkey}): make its batch anew without it, with \`keys resplit --exclude ${pubkey}\``,
    );
    rmSync(list);
  });

  it("plans all batches of a folder, and stores nothing yet", async () => {
    const { result, stderr } = await json(REGISTER, { dir, content, dryRun: true });

    expect(result).to.deep.equal({
      dryRun: true,
      batches: [row(0, "planned"), row(1, "planned"), row(2, "planned")],
    });
    expect([...stderr.matchAll(/^action +(.*)$/gm)].map(([, action]) => action)).to.deep.equal(
      [2, 1, 2].map((keys, i) => `register ${keys} validator keys: ${label(i, 3)}`),
    );
    expect(readdirSync(content)).to.deep.equal([]);
    expect(await pool.poolManager.batchCount()).to.equal(0n);
  });

  it("registers one after the other, stores the files first, and goes on where it stopped", async () => {
    const [last, aside] = [join(dir, "batches", "000003-000004"), join(folder, "aside")];
    renameSync(last, aside);
    const first = await json(REGISTER, { dir, content, yes: true });
    expect(first.stderr).to.contain(`register 2 validator keys: ${label(0, 2)}`);
    expect(first.stderr).to.contain(`register 1 validator keys: ${label(1, 2)}`);
    const hashes = [...first.stderr.matchAll(/sent as (0x\w{64})/g)].map(([, hash = ""]) => hash);
    expect(first.result).to.deep.equal({
      dryRun: false,
      batches: [row(0, "registered", hashes[0]), row(1, "registered", hashes[1])],
    });

    renameSync(aside, last);
    // What is registered already does not stand in the way, whatever is left out later.
    const list = join(dir, "excluded.json");
    writeFileSync(list, JSON.stringify([pubkeys[0]]));
    const second = await json(REGISTER, { dir, content, yes: true });
    rmSync(list);
    const known = `${label(0, 3)}: registered already as batch 0, next\n${label(1, 3)}: registered already as batch 1, waiting\n`;
    expect(second.stderr.startsWith(known)).to.equal(true);
    const hash = /sent as (0x\w{64})/.exec(second.stderr)?.[1];
    expect(second.result).to.deep.equal({
      dryRun: false,
      batches: [row(0, "registered before"), row(1, "registered before"), row(2, "registered", hash)],
    });
    expect(readdirSync(content)).to.deep.equal([...roots].sort());
    expect(readFileSync(join(content, roots[2] ?? "", "keyshares.json"))).to.deep.equal(
      readFileSync(join(last, "keyshares.json")),
    );

    const third = await json(REGISTER, { dir, content, yes: true });
    expect(third.result).to.deep.equal({ dryRun: false, batches: [0, 1, 2].map((i) => row(i, "registered before")) });
    expect(third.stderr).to.equal(
      `${known}${label(2, 3)}: registered already as batch 2, waiting\nall 3 batches are registered already: go on with \`validators activate\`\n`,
    );
  });

  it("activates from the content URI, which nobody needs to be trusted for, or from the folder", async () => {
    await json("pool deposit", { amount: "100", yes: true });
    const reading = "reading the files of batch 0 from where its operator stored them …\n";
    const file = join(content, roots[0] ?? "", "deposit_data.json");
    const stored = readFileSync(file, "utf8");
    writeFileSync(file, readFileSync(join(content, roots[1] ?? "", "deposit_data.json")));
    await refuses(
      ACTIVATE,
      { yes: true },
      `content of batch 0 is of 1 keys instead of 2 (got ${uri(0)}deposit_data.json): have its operator store the files that were registered, or name their folder with --dir`,
      reading,
    );
    rmSync(file);
    await refuses(
      ACTIVATE,
      {},
      `content of batch 0 is not there (got ${uri(0)}deposit_data.json): have its operator store the files, or name their folder with --dir`,
      reading,
    );
    writeFileSync(file, stored);
    const fetched = await json(ACTIVATE, { yes: true });
    expect(fetched.result).to.include({ batch: "0", position: 0, keys: 2 });

    rmSync(join(content, roots[1] ?? ""), { recursive: true });
    const fromFolder = await json(ACTIVATE, { dir, yes: true });
    expect(fromFolder.result).to.include({ batch: "1", position: 0, keys: 1 });
  });

  it("refuses keys that the pool has, deposits of others, and a gap of nonces", async () => {
    const reused = join(folder, "reused");
    await writeBatches(pool, reused, { counts: [1], firstNonce: 5n, firstKeyIndex: 1 });
    const leaveOut = "leave this key out, with `keys resplit --exclude`";
    await refuses(
      REGISTER,
      { dir: reused },
      `validator key is in this pool already, activated at position 1 of batch 0 (got ${pubkeys[1] ?? ""}): ${leaveOut}`,
    );
    const waiting = join(folder, "waiting");
    await writeBatches(pool, waiting, { counts: [1], firstNonce: 5n, firstKeyIndex: 4 });
    await refuses(
      REGISTER,
      { dir: waiting },
      `validator key is in this pool already, waiting at position 1 of batch 2 (got ${pubkeys[4] ?? ""}): ${leaveOut}`,
    );
    const gap = join(folder, "gap");
    await writeBatches(pool, gap, { counts: [1], firstNonce: 5n });
    await writeBatches(pool, gap, { counts: [1], firstNonce: 7n });
    await refuses(
      REGISTER,
      { dir: gap },
      "ceremony owner nonce does not begin at 6 (got 7): make key shares for the pool's next nonces with `keys resplit`",
    );
    const twice = join(folder, "twice");
    await writeBatches(pool, twice, { counts: [1], firstNonce: 5n });
    await writeBatches(pool, twice, { counts: [1], firstNonce: 6n, firstKeyIndex: 5 });
    const { stderr } = await run(REGISTER, { dir: twice, yes: true });
    expect(stderr).to.match(
      /^error: dir holds this validator key twice \(got 0x\w{96}\): remove the batch that should not have it\n$/,
    );
    await refuses(
      ACTIVATE,
      { dir: gap },
      `dir holds 2 batches, and it is the turn of none (got ${gap}): look up the batches with \`validators list\`, and register one with \`validators register\``,
    );
    expect(await pool.poolManager.batchCount()).to.equal(3n);
  });

  it("puts files to a server with a header from a variable, and registers the public address", async () => {
    const next = join(folder, "next");
    const [made] = await writeBatches(pool, next, { counts: [1], firstNonce: 5n });
    const root = ceremonyTree(made?.ceremony.keys ?? []).root;
    const where = { content: `${server.url}/keep`, contentUri: "https://files.example.org/pool/" };
    server.answer = ({ authorization }) => (authorization === "Bearer secret" ? undefined : { status: 401 });
    const { success, stderr } = await run(REGISTER, { dir: next, ...where, yes: true });
    expect(success).to.equal(false);
    expect(stderr).to.contain(
      `error: content answers with HTTP status 401 (got ${server.url}/keep/${root}/deposit_data.json): have the server allow it; to store, name the variable that holds its header with --content-auth\n`,
    );
    expect(await pool.poolManager.batchCount()).to.equal(3n);

    process.env.POOLETH_TEST_AUTH = "Authorization: Bearer secret";
    const stored = await json(REGISTER, { dir: next, ...where, contentAuth: "POOLETH_TEST_AUTH", yes: true });
    delete process.env.POOLETH_TEST_AUTH;
    const [row] = stored.result.batches as Record<string, unknown>[];
    expect(row).to.include({ batch: "3", state: "registered", root });
    const listed = (await json("validators list", {})).result.batches as Record<string, unknown>[];
    expect(listed[3]).to.include({ contentURI: `https://files.example.org/pool/${root}/` });
    expect(stored.stderr).to.contain(`content stored at         ${server.url}/keep/${root}/`);
    expect(stored.stderr).not.to.contain("secret");
    expect([...server.files.keys()]).to.deep.equal([`/keep/${root}/deposit_data.json`, `/keep/${root}/keyshares.json`]);
  });

  it("registers a dropped batch again while its nonces are free, and else what was made in its place", async () => {
    await json("validators discard", { batch: "2", yes: true });
    const again = await json(REGISTER, { dir, content, yes: true });
    expect((again.result.batches as unknown[])[2]).to.include({ batch: "4", state: "registered", firstNonce: "3" });

    await json("pool deposit", { amount: "32", yes: true });
    await json(ACTIVATE, { dir, count: "1", yes: true });
    await json("validators discard", { batch: "4", yes: true });
    const taken = `${label(2, 3)}: was discarded as batch 4, and its nonces are taken\n`;
    const none = await json(REGISTER, { dir, content, yes: true });
    expect(
      none.stderr.endsWith(`${taken}all other batches are registered already: go on with \`validators activate\`\n`),
    ).to.be.true;
    await writeBatches(pool, dir, { counts: [1], firstNonce: 4n });
    const replaced = await json(REGISTER, { dir, content, yes: true });
    expect(replaced.result.batches).to.have.length(3);
    expect((replaced.result.batches as unknown[])[2]).to.include({ batch: "5", state: "registered", firstNonce: "4" });
  });
});
