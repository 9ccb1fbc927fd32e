import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider, parseEther } from "ethers";

import { connectPool, type Pool } from "../../clients/pool.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { NEW_CLUSTER } from "../../src/ssv/cluster.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { toHex } from "../../src/units/hex.ts";
import { IDepositContract__factory } from "../../typechain-types/index.ts";
import { MNEMONIC, writeBatches } from "../helpers/ceremonyFolders.ts";
import { startNode, type RunningNode } from "../helpers/commandLine.ts";
import { startFileServer, type FileServer } from "../helpers/fileServer.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const OPERATORS = ["1", "2", "3", "4"];
const NOTHING = { keyDeposits: [], ssvRegistrations: [] };

describe("validators show", () => {
  let node: RunningNode;
  let server: FileServer;
  let provider: JsonRpcProvider;
  let pool: Pool;
  let run: TaskRunner;
  let folder: string;
  let dir: string;
  let pubkeys: string[];

  // Batch 0 is activated, batch 1 to a half; batch 2 waits.
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    dir = join(folder, "ceremony");
    [node, server] = await Promise.all([startNode(), startFileServer()]);
    provider = new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1 });
    pool = await connectPool(provider, node.addresses.poolETH ?? "");
    run = await createTaskRunner(node);
    const batches = await writeBatches(pool, dir, { counts: [1, 2, 1], firstNonce: 0n });
    pubkeys = batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
    await json("pool deposit", { amount: "64", yes: true });
    await json("validators register", { dir, content: server.url, yes: true });
    await json("validators activate", { yes: true });
    await json("validators activate", { yes: true });
    server.files.clear();
  });

  after(async () => {
    provider.destroy();
    await server.stop();
    rmSync(folder, { recursive: true });
    await node.stop("SIGTERM");
  });

  async function json(id: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { success, stdout, stderr } = await run(id, { ...args, json: true });
    expect(success, stderr).to.equal(true);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  const show = (pubkey = "", args: Record<string, unknown> = {}) => json("validators show", { pubkey, ...args });

  it("tells of an activated key from the logs alone, wherever its files are", async () => {
    const { contentURI, ssvRegistrations: registrations, ...rest } = await show(pubkeys[1]);
    const [registration] = registrations as Record<string, unknown>[];

    expect(contentURI).to.match(new RegExp(`^${server.url}/0x[0-9a-f]{64}/$`));
    expect(rest).to.deep.equal({
      pubkey: pubkeys[1],
      state: "activated",
      batch: "1",
      position: 0,
      ownerNonce: "1",
      operators: OPERATORS,
      keyDeposits: [
        {
          index: "1",
          credentials: "ours",
          withdrawalCredentials: await pool.poolETH.withdrawalCredentials(false),
          amountGwei: "32000000000",
          signatureValid: true,
        },
      ],
      unreadBatches: [],
      fromBlock: 0,
      toBlock: await provider.getBlockNumber(),
    });
    expect(registrations).to.have.length(1);
    expect(registration).to.include({ owner: await pool.clusterManager.getAddress(), ours: true, ownerNonce: "1" });
    expect(registration).to.include({ signed: true, removed: false, clusterActive: true });
    expect(registration?.operators).to.deep.equal(OPERATORS);
  });

  it("tells of a waiting key where its files can be read, or from a folder, and else names what it could not read", async () => {
    const unknown = await show(pubkeys[2]);
    expect(unknown).to.deep.include({ state: "unknown", batch: null, position: null, operators: [], ...NOTHING });
    const unread = unknown.unreadBatches as { batch: string; reason: string }[];
    expect(unread.map(({ batch }) => batch)).to.deep.equal(["1", "2"]);
    expect(unread[0]?.reason).to.match(
      /^content of batch 1 is not there \(got http:.*\/deposit_data\.json\): have its operator store the files, or name their folder with --dir$/,
    );

    expect(await show(pubkeys[2], { dir })).to.deep.include({
      state: "next",
      batch: "1",
      position: 1,
      ownerNonce: "2",
      operators: OPERATORS,
      unreadBatches: [],
      ...NOTHING,
    });
    expect(await show(pubkeys[3], { dir })).to.deep.include({ state: "waiting", batch: "2", position: 0, ...NOTHING });
    expect((await run("validators show", { pubkey: pubkeys[3], dir })).stdout).to.contain(
      "state                     waiting\nbatch                     2\n",
    );
  });

  it("H1 H15 tells of what others did with a key", async () => {
    const stranger = await provider.getSigner(9);
    const secretKey = ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(3);
    const credentials = withdrawalCredentials(stranger.address, "0x01");
    const amount = 32_000_000_000n as Gwei;
    const deposit = signDeposit(secretKey, { withdrawalCredentials: credentials, amount, network: LOCAL });
    const contract = IDepositContract__factory.connect(DEPOSIT_CONTRACT, stranger);
    const { pubkey, signature } = deposit;
    const value = parseEther("32");
    await (await contract.deposit(pubkey, credentials, signature, depositDataRoot(deposit), { value })).wait();
    const network = pool.ssvNetwork.connect(stranger);
    const key = toHex(pubkey);
    const added = await network.registerValidator(key, OPERATORS, "0x12", NEW_CLUSTER, { value: parseEther("1") });
    const { blockNumber } = (await added.wait()) ?? {};

    const shown = await show(key, { dir, scanFrom: "1" });
    expect(shown).to.deep.include({
      state: "waiting",
      fromBlock: 1,
      keyDeposits: [
        {
          index: "2",
          credentials: "foreign",
          withdrawalCredentials: credentials,
          amountGwei: "32000000000",
          signatureValid: true,
        },
      ],
      ssvRegistrations: [
        {
          owner: stranger.address,
          ours: false,
          operators: OPERATORS,
          ownerNonce: "0",
          signed: false,
          removed: false,
          clusterActive: true,
          blockNumber,
        },
      ],
    });
    expect(await show(key, { dir, scanFrom: String(blockNumber) })).to.deep.include({ keyDeposits: [] });
  });

  it("H1 refuses to activate a key that somebody deposited for", async () => {
    await json("pool deposit", { amount: "64", yes: true });
    expect(await json("validators activate", { dir, yes: true })).to.include({ batch: "1", position: 1, keys: 1 });
    const credentials = withdrawalCredentials((await provider.getSigner(9)).address, "0x01");

    expect(await run("validators activate", { dir, yes: true })).to.deep.equal({
      success: false,
      stdout: "",
      stderr: `error: validator key has a deposit already, number 2 of all: 32 ETH with foreign withdrawal credentials ${credentials} and a valid signature (got ${pubkeys[3] ?? ""}): drop the batch with \`validators discard\`, and make shares of the other keys with \`keys resplit --exclude\`\n`,
    });
    const later = String((await provider.getBlockNumber()) - 1);
    expect(await run("validators activate", { dir, scanFrom: later, dryRun: true })).to.include({ success: true });
  });

  it("refuses what is no key or no block", async () => {
    const refuses = async (args: Record<string, unknown>, line: string) => {
      expect(await run("validators show", args)).to.deep.equal({
        success: false,
        stdout: "",
        stderr: `error: ${line}\n`,
      });
    };
    await refuses(
      { pubkey: "0x1234" },
      "pubkey has 2 bytes instead of 48 (got 0x1234): give exactly 96 hexadecimal digits",
    );
    await refuses(
      { pubkey: pubkeys[0], scanFrom: "x" },
      "scan-from is not a whole number within its bounds (got x): give 0 to 9007199254740991",
    );
  });
});
