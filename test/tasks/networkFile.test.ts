import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parametersFile } from "../../deploy/suiteParameters.ts";
import { hardhat } from "../helpers/commandLine.ts";
import { makeHome } from "../helpers/keyCeremony.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";
import { startWatchedNode, type WatchedNode } from "../helpers/watchedNode.ts";

const DEPOSIT_CONTRACT = "0x4242424242424242424242424242424242424242";
const FIRST_BLOCK = 5;
const VAULT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

describe("NETWORK_FILE", () => {
  const local = useLocalTasks();
  let home: string;
  let file: string;
  let account: string;
  let devnet: WatchedNode;

  before(async () => {
    home = makeHome();
    file = join(home, "devnet.json");
    account = (await local().chain.getSigner(8)).address;
    devnet = await startWatchedNode(local().node.url, 7_777);
    await local().read("operators suggest", { strategy: "cheapest", out: join(home, "operators.json") });
    writeFileSync(file, JSON.stringify(description()));
    process.env.NETWORK_FILE = file;
    process.env.DEVNET_7_RPC_URL = devnet.url;
  });

  after(async () => {
    delete process.env.NETWORK_FILE;
    delete process.env.DEVNET_7_RPC_URL;
    await devnet.stop();
    rmSync(home, { recursive: true });
  });

  const ssvNetwork = () => local().node.addresses["ssvNetwork"] ?? "";
  const description = (changes: Record<string, unknown> = {}) => ({
    ...{ name: "devnet-7", chainId: 7_777, genesisForkVersion: "0x10000038", ssvFirstBlock: FIRST_BLOCK },
    ...{ depositContract: DEPOSIT_CONTRACT, ssvNetwork: ssvNetwork(), ...changes },
  });
  const connected = () => createTaskRunner(local().node, "devnet-7");
  const json = async (run: TaskRunner, id: string, args: Record<string, unknown>) => {
    const { success, stdout, stderr } = await run(id, { ...args, json: true });
    expect(success, stderr).to.equal(true);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const mnemonicFile = () => join(home, "mnemonic");
  const dir = () => join(home, "ceremony");

  it("has keys made, split and verified for its network without a connection", async () => {
    const run = await createTaskRunner();
    const terms = { dir: dir(), chain: "devnet-7", mnemonicFile: mnemonicFile() };
    await json(run, "keys generate", { ...terms, count: "2", withdrawalAddress: VAULT, keystores: "none" });
    const [deposit] = JSON.parse(readFileSync(join(dir(), "deposit_data.json"), "utf8")) as object[];
    expect(deposit).to.include({ fork_version: "10000038", network_name: "devnet-7" });

    const operatorsFile = join(home, "operators.json");
    await json(run, "keys split", { ...terms, account, firstNonce: "0", operatorsFile });
    const { network, checks } = await json(run, "keys verify", { dir: dir(), chain: "devnet-7" });
    expect(network).to.equal("devnet-7");
    expect(checks).to.deep.include({
      check: "deposits: roots, fork version, signatures",
      of: "deposit_data.json",
      result: "ok",
    });
  });

  it("has ssv.network and deposits looked for where it says, from the block it says", async () => {
    devnet.takeRanges();
    const { network, owner } = await json(await connected(), "keys verify", { dir: dir(), account, scanFrom: "2" });
    expect({ network, owner }).to.deep.equal({ network: "devnet-7", owner: account });

    const ranges = devnet.takeRanges();
    const blocksOf = (address: string) =>
      ranges.filter((range) => range.address === address.toLowerCase()).map(({ fromBlock }) => fromBlock);
    expect(new Set(blocksOf(DEPOSIT_CONTRACT))).to.deep.equal(new Set([2]));
    // Operators and the account's own registrations are as old as ssv.network; uses by others are not.
    expect(new Set(blocksOf(ssvNetwork()))).to.deep.equal(new Set([2, FIRST_BLOCK]));
    expect(await json(await connected(), "cluster list", { account })).to.include({ ssvNetwork: ssvNetwork() });
  });

  it("is refused where it would have logs passed over, and read anew once it is corrected", async () => {
    const listed = async (ssvFirstBlock: number) => {
      const changed = join(home, `from-${ssvFirstBlock}.json`);
      writeFileSync(changed, JSON.stringify(description({ ssvFirstBlock })));
      process.env.NETWORK_FILE = changed;
      const end = await (await connected())("cluster list", { account });
      process.env.NETWORK_FILE = file;
      return { ...end, named: `error: NETWORK_FILE ${changed}: ssvFirstBlock` };
    };
    const remedy = "give the block in which SSVNetwork was deployed, or an earlier one\n";
    const head = await local().chain.getBlockNumber();
    const beyond = await listed(99_999_999);
    expect(beyond.stderr).to.equal(`${beyond.named} is beyond the newest block, ${head} (got 99999999): ${remedy}`);
    const late = await listed(head);
    expect(late.stderr).to.equal(
      `${late.named} is later than the deployment of SSVNetwork, so that its earlier logs would be passed over (got ${head}): ${remedy}`,
    );
    devnet.takeRanges();
    expect((await listed(FIRST_BLOCK - 1)).success).to.equal(true);
    expect(devnet.takeRanges().map(({ fromBlock }) => fromBlock)).to.deep.equal([FIRST_BLOCK - 1]);
  });

  it("leaves the networks that are built in as they are", async () => {
    const status = await local().read<{ chainId: string; addresses: Record<string, string> }>("pool status");
    expect(status.chainId).to.equal("31337");
    // The pool knows nothing of the token that wraps it.
    expect({ ...local().node.addresses }).to.include(status.addresses);
    const { stderr } = await (await createTaskRunner())("keys verify", { dir: dir(), chain: "hoodi" });
    expect(stderr).to.contain("error: deposit_data.json[0].fork_version is not that of hoodi, 0x10000910");
    expect((await (await createTaskRunner())("keys verify", { dir: dir(), chain: "devnet-8" })).stderr).to.equal(
      "error: network name is unknown (got devnet-8): use one of mainnet, hoodi, local, devnet-7, or describe the network in a file that NETWORK_FILE names\n",
    );
  });

  it("is refused where the node is on another chain", async () => {
    process.env.DEVNET_7_RPC_URL = local().node.url;
    const { success, stdout, stderr } = await (await connected())("cluster list", { account });
    process.env.DEVNET_7_RPC_URL = devnet.url;
    expect({ success, stdout }).to.deep.equal({ success: false, stdout: "" });
    expect(stderr).to.match(/^error: network devnet-7: .*7777.*31337.*\n$/);
  });

  it("is asked for where the chain is unknown", async () => {
    const run = await connected();
    const unknown = join(home, "unknown.json");
    writeFileSync(unknown, JSON.stringify(description({ name: "devnet-9", chainId: 9 })));
    process.env.NETWORK_FILE = unknown;
    const end = await run("keys resplit", { dir: dir(), account, ssvNetwork: ssvNetwork() });
    process.env.NETWORK_FILE = file;
    expect(end.stderr).to.equal(
      "error: chain id is unknown (got 7777): use one of 1, 560048, 31337, 9, or describe the network in a file that NETWORK_FILE names\n",
    );
  });

  it("is refused in one line, whatever the task, where the file cannot be used", async () => {
    const bad = join(home, "bad.json");
    const end = async (path: string, args: readonly string[]) =>
      hardhat(args, { NETWORK_FILE: path, DEVNET_7_RPC_URL: devnet.url });
    const refused = (line: string) => ({ code: 1, stdout: "", stderr: `error: ${line}\n` });

    writeFileSync(bad, JSON.stringify(description({ chainId: "7777" })));
    expect(await end(bad, ["pool", "status", "--network", "devnet-7"])).to.deep.equal(
      refused(
        `NETWORK_FILE ${bad}: chainId cannot be used (got "7777"): give the chain id of the execution layer as a JSON number`,
      ),
    );
    expect(await end(join(home, "none.json"), ["keys", "verify", "--chain", "devnet-7"])).to.deep.equal(
      refused(`NETWORK_FILE cannot be read, ENOENT (got ${join(home, "none.json")}): name a file that you may read`),
    );
    const deploy = ["run", "--no-compile", "scripts/deploy.ts", "--network", "devnet-7"];
    expect(await end(home, deploy)).to.deep.equal(
      refused(`NETWORK_FILE cannot be read, EISDIR (got ${home}): name a file that you may read`),
    );
  });

  it("is a network to deploy on, whose addresses the parameters may leave out, and not contradict", async () => {
    const parameters = parametersFile("devnet-7");
    const deploy = async (changes: object) => {
      const { Suite } = JSON.parse(readFileSync(parametersFile("hoodi"), "utf8")) as { Suite: object };
      const members = [VAULT, account, DEPOSIT_CONTRACT];
      const people = { admin: VAULT, operator: VAULT, guardian: VAULT, treasury: VAULT, operations: VAULT };
      const known = { depositContract: undefined, ssvNetwork: undefined };
      const all = { ...Suite, ...people, members, quorum: 2, ...known, ...changes };
      writeFileSync(parameters, JSON.stringify({ Suite: all }));
      return hardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "devnet-7"], { NETWORK_FILE: file });
    };
    try {
      expect((await deploy({ depositContract: VAULT })).stderr).to.equal(
        `error: ${parameters}: Suite.depositContract is not that of the file of NETWORK_FILE, ${DEPOSIT_CONTRACT} (got ${VAULT}): leave it out here, or correct one of the two files\n`,
      );
      // The next thing to be looked at.
      expect((await deploy({})).stderr).to.equal(
        "error: DEVNET_7_PRIVATE_KEY is not set and network devnet-7 needs it: npm run hardhat -- keystore set DEVNET_7_PRIVATE_KEY, or put it into .env\n",
      );
    } finally {
      rmSync(parameters);
    }
  });
});
