import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { HDNodeWallet } from "ethers";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { LOCAL as LOCAL_NETWORK } from "../../src/consensus/network.ts";
import { hardhatJson, startNode, type RunningNode } from "../helpers/commandLine.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const LOCAL = ["--network", "local"];
const ETHER = 10n ** 18n;
/** Keys of development accounts, which everybody knows; accounts 10 to 14 are the committee. */
const KEYS = HDNodeWallet.fromPhrase(
  "test test test test test test test test test test test junk",
  "",
  "m/44'/60'/0'/0",
);
const MEMBER_KEYS = [10, 11, 12].map((index) => KEYS.deriveChild(index).privateKey);
const [MEMBER_KEY = ""] = MEMBER_KEYS;

describe("validators and oracle tasks", () => {
  let node: RunningNode;
  let folder: string;
  let ceremony: string;
  let run: TaskRunner;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    ceremony = join(folder, "first");
    node = await startNode();
    run = await createTaskRunner(node);
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  const json = (...args: string[]) => hardhatJson([...args, ...LOCAL], node.env);

  async function refuses(id: string, args: Record<string, unknown>, line: string): Promise<void> {
    expect(await run(id, { yes: true, ...args })).to.deep.equal({
      success: false,
      stdout: "",
      stderr: `error: ${line}\n`,
    });
  }

  it("makes development keys for the local operators, once per folder", async () => {
    const made = await json("local", "ceremony", "--count", "3", "--out", ceremony);

    expect(made).to.deep.equal({
      folder: ceremony,
      keys: 3,
      firstNonce: "0",
      operators: ["1", "2", "3", "4"],
      owner: node.addresses.clusterManager,
    });
    expect(readFileSync(join(ceremony, "README.md"), "utf8")).to.contain("Never deposit to them on a public network");
    const file = join(ceremony, "README.md");
    expect(await run("local ceremony", { out: file })).to.include({
      stderr: `error: out cannot be made a folder, EEXIST (got ${file}): name a folder that you may write to\n`,
    });
    expect(await run("local ceremony", { out: ceremony })).to.include({
      stderr: `error: out holds a deposit_data.json already (got ${ceremony}): name another folder\n`,
    });
    await refuses(
      "validators activate",
      { dir: ceremony },
      `dir is not the root of a batch that waits (got ${rootOf(ceremony)}): run \`validators register\` with it first`,
    );
  });

  it("refuses a ceremony that is missing, changed, or sent without the role", async () => {
    const changed = join(folder, "changed");
    cpSync(ceremony, changed, { recursive: true });
    const file = join(changed, "deposit_data.json");
    const [entry] = JSON.parse(readFileSync(file, "utf8")) as { deposit_message_root: string }[];
    writeFileSync(file, readFileSync(file, "utf8").replace("32000000000", "33000000000"));
    const stranger = node.accounts.guardian ?? "";

    const register = "validators register";
    await refuses(
      register,
      {},
      "dir is missing (got nothing): name the folder with deposit_data.json and keyshares.json",
    );
    await refuses(
      register,
      { dir: folder },
      `dir holds no deposit_data.json (got ${folder}): name the folder that the ceremony wrote`,
    );
    const unreadable = join(folder, "unreadable");
    mkdirSync(join(unreadable, "deposit_data.json"), { recursive: true });
    await refuses(
      register,
      { dir: unreadable },
      `dir cannot be read, being no regular file (got ${join(unreadable, "deposit_data.json")}): have the file itself there, if you trust whoever made the folder`,
    );
    await refuses(
      register,
      { dir: ceremony, from: stranger },
      `from has no role that allows registerBatch (got ${stranger}): send from an account with the role, which the pool's admin can grant`,
    );
    const { success, stdout, stderr } = await run(register, { dir: changed, yes: true });
    expect({ success, stdout }).to.deep.equal({ success: false, stdout: "" });
    expect(stderr).to.match(
      /^error: deposit_data\.json\[0\]\.deposit_message_root does not follow from the entry.*\n$/,
    );
    expect(stderr).to.contain(`(got 0x${entry?.deposit_message_root ?? ""})`);
  });

  it("registers a ceremony from the account with the role, and lists it", async () => {
    const preview = await json("validators", "register", "--dir", ceremony, "--dry-run");
    const registered = await json(
      "validators",
      "register",
      "--dir",
      ceremony,
      "--yes",
      "--content-uri",
      "ipfs://first",
    );
    const { batches } = await json("validators", "list");

    const row = { batch: "0", keys: 3, firstNonce: "0", root: rootOf(ceremony) };
    expect(preview).to.deep.equal({ dryRun: true, batches: [{ ...row, state: "planned", transactionHash: "" }] });
    const [sent] = registered.batches as Record<string, unknown>[];
    expect(sent?.transactionHash).to.match(/^0x\w{64}$/);
    expect(registered).to.deep.equal({
      dryRun: false,
      batches: [{ ...row, state: "registered", transactionHash: sent?.transactionHash }],
    });
    expect(batches).to.deep.equal([
      {
        batch: "0",
        state: "next",
        keys: 3,
        activated: 0,
        firstNonce: "0",
        operators: ["1", "2", "3", "4"],
        contentURI: "ipfs://first",
      },
    ]);
    // As with a folder of several batches, there is nothing wrong with nothing to do.
    const again = await run("validators register", { dir: ceremony, json: true });
    expect(again).to.deep.include({
      success: true,
      stderr:
        "folder 000000-000002: registered already as batch 0, next\nthe only batch is registered already: go on with `validators activate`\n",
    });
    expect(JSON.parse(again.stdout)).to.deep.equal({
      dryRun: false,
      batches: [{ ...row, state: "registered before", transactionHash: "" }],
    });
  });

  it("never takes a key as an argument, and names a variable that holds none", async () => {
    const activate = "validators activate";
    const refusesMembers = (members: string, line: string) => refuses(activate, { dir: ceremony, members }, line);
    await refusesMembers(
      MEMBER_KEY,
      "members must be names of configuration variables, never keys (got hidden): store each key with npm run hardhat -- keystore set MEMBER_1_KEY and give --members MEMBER_1_KEY,MEMBER_2_KEY",
    );
    process.env.POOLETH_TEST_KEY = "not a key";
    await refusesMembers(
      "POOLETH_TEST_KEY",
      "members: POOLETH_TEST_KEY holds no private key (got hidden): store 32 bytes in hexadecimal under this name",
    );
    process.env.POOLETH_TEST_KEY = MEMBER_KEY;
    await refusesMembers(
      "POOLETH_TEST_KEY,POOLETH_TEST_KEY",
      "members are not 3 different members (got 1 keys): name a quorum of keys",
    );
    process.env.POOLETH_TEST_KEY = `0x${"11".repeat(32)}`;
    await refusesMembers(
      "POOLETH_TEST_KEY",
      "members: POOLETH_TEST_KEY is no member of the committee (got 0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A): store the key of a member",
    );
    delete process.env.POOLETH_TEST_KEY;
    await refuses(
      activate,
      { dir: ceremony },
      "free ether is less than the 32 ETH of one key (got 0.000000001 ETH): wait for deposits, which `pool status` shows",
    );
  });

  it("activates as many keys as the free ether allows, with the members' approval", async () => {
    await json("pool", "deposit", "70", "--yes");
    const names = MEMBER_KEYS.map((_, i) => `MEMBER_${i + 1}_KEY`);
    const env = Object.fromEntries(MEMBER_KEYS.map((key, i) => [`MEMBER_${i + 1}_KEY`, key]));
    const { stderr } = await run("validators activate", { dir: ceremony, scanFrom: "1000000", yes: true });
    expect(stderr).to.match(
      /^error: scan-from is after the newest block, \d+ \(got 1000000\): name a block before the ceremony took place\n$/,
    );
    const planned = await json("validators", "activate", "--dir", ceremony, "--scan-from", "3", "--dry-run");
    expect(planned.noEarlierUse).to.match(/^in blocks 3 to \d+$/);
    const activated = await hardhatJson(
      ["validators", "activate", "--dir", ceremony, "--members", names.join(), "--yes", ...LOCAL],
      { ...node.env, ...env },
    );

    expect(activated).to.include({ batch: "0", position: 0, keys: 2, stakedWei: `${64n * ETHER}` });
    expect(await json("pool", "status")).to.include({
      totalStakedWei: `${64n * ETHER}`,
      ownerNonce: "2",
      nextNonce: "3",
    });
  });

  it("reports on the newest frame that has ended, and on each frame once", async () => {
    const report = ["oracle", "report", "--yes"];
    await refuses(
      "oracle report",
      {},
      "ref-slot is before the first frame has ended (got -1): wait for its end; on a local chain: local advance",
    );
    const older = (remedy: string) => `ref-slot is older than the pool's deployment (got 0): ${remedy}`;
    await refuses(
      "oracle report",
      { refSlot: "0" },
      older("wait for slot 7199, the first to report for; on a local chain: local advance"),
    );
    expect(await json("local", "advance")).to.include({ refSlot: "7199" });
    await refuses("oracle report", { refSlot: "0" }, older("report for slot 7199"));

    const file = join(folder, "report.json");
    writeFileSync(file, JSON.stringify({ validatorsGwei: "64003000000" }));
    expect(await json(...report, "--file", file)).to.include({
      refSlot: "7199",
      rewardsWei: "3000000000000000",
      totalPooledEtherBeforeWei: `${70n * ETHER + 1_000_000_000n}`,
      totalPooledEtherWei: `${70n * ETHER + 1_000_000_000n + 3_000_000_000_000_000n}`,
    });

    writeFileSync(join(folder, "bad.json"), JSON.stringify({ validators: 1 }));
    const bad = join(folder, "bad.json");
    await refuses(
      "oracle report",
      {},
      "the contract refuses with RefSlotNotIncreasing(refSlot 7199, lastRefSlot 7199): wait until the next frame has ended; on a local chain: local advance",
    );
    await refuses(
      "oracle report",
      { pendingGwei: "1.5" },
      "pending-gwei is not a whole number (got 1.5): give decimal digits only",
    );
    await refuses(
      "oracle report",
      { validatorsGwei: `${2n ** 64n}` },
      "validators-gwei has more than 64 bits (got 18446744073709551616): check the number and its unit",
    );
    await refuses(
      "oracle report",
      { file: folder },
      `file cannot be read, EISDIR (got ${folder}): name a file that you may read`,
    );
    await refuses(
      "oracle report",
      { file: bad },
      `${bad} does not fit (Unrecognized key: "validators") (got {"validators":1}): correct this field or generate the file again`,
    );
  });

  it("drops the keys that wait from the account with the role, once", async () => {
    const discard = "validators discard";
    const guardian = node.accounts.guardian ?? "";
    await refuses(
      discard,
      {},
      "batch is missing (got nothing): name a batch by its number, which `validators list` shows",
    );
    await refuses(discard, { batch: "-1" }, "batch is not a whole number (got -1): give decimal digits only");
    await refuses(
      discard,
      { batch: "1" },
      "batch is not registered (got 1): look up the batches with `validators list`",
    );
    await refuses(
      discard,
      { batch: "0", from: guardian },
      `from has no role that allows discardBatch (got ${guardian}): send from an account with the role, which the pool's admin can grant`,
    );

    const batches = [{ batch: "0", position: 2, keys: 1 }];
    const preview = await json("validators", "discard", "--batch", "0", "--dry-run");
    const dropped = await json("validators", "discard", "--batch", "0", "--yes");
    expect(preview).to.deep.include({ dryRun: true, from: node.accounts.operator, batches, nextNonce: "2" });
    expect(dropped).to.deep.include({ batches, nextNonce: "2" });
    await refuses(
      "validators register",
      { dir: ceremony },
      "ceremony owner nonce does not begin at 2 (got 0): make key shares for the pool's next nonces with `keys resplit`",
    );
    await refuses(discard, { batch: "0" }, "batch was discarded (got 0): look up the batches with `validators list`");
  });
});

/** The root that the files of a ceremony stand for. */
function rootOf(ceremony: string): string {
  return ceremonyTree(readCeremony(ceremony, LOCAL_NETWORK).keys).root;
}
