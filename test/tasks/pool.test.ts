import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { hardhat, hardhatJson, startNode, type RunningNode } from "../helpers/commandLine.ts";
import { createTaskRunner } from "../helpers/taskRunner.ts";

const LOCAL = ["--network", "local"];
const ACCOUNT_0 = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const ACCOUNT_7 = "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955";
const NOBODY = "0x00000000219ab540356cBB839Cbe05303d7705Fa";
const ETHER = 10n ** 18n;

describe("pool tasks", () => {
  let node: RunningNode;

  before(async () => {
    node = await startNode();
  });

  after(async () => {
    await node.stop("SIGTERM");
  });

  const json = (...args: string[]) => hardhatJson([...args, ...LOCAL], node.env);

  it("shows a pool that was found by its record", async () => {
    const status = await json("pool", "status");

    expect(status).to.include({ chainId: "31337", totalPooledEtherWei: "1000000000", deposits: "open", quorum: 3 });
    // The pool does not know who wraps its token.
    expect({ ...(status.addresses as object), wrappedPoolETH: node.addresses.wrappedPoolETH }).to.deep.equal(
      node.addresses,
    );
  });

  it("shows what a deposit would do and cost, and sends nothing, in a dry run", async () => {
    const blocks = await blockNumber();
    const preview = await json("pool", "deposit", "1.5", "--dry-run", "--receiver", ACCOUNT_7);

    expect(preview).to.include({
      dryRun: true,
      action: "deposit 1.5 ETH into the pool",
      from: ACCOUNT_0,
      receiver: ACCOUNT_7,
      valueWei: `${(3n * ETHER) / 2n}`,
      expectedShares: `${(3n * ETHER) / 2n}`,
    });
    expect(Number(preview.gas)).to.be.within(50_000, 100_000);
    expect(await blockNumber()).to.equal(blocks);
  });

  it("deposits, and shows it", async () => {
    const text = await hardhat(["pool", "deposit", "32", "--yes", "--receiver", ACCOUNT_7, ...LOCAL], node.env);
    const balance = await json("pool", "balance", ACCOUNT_7, "--pool", node.addresses.poolETH ?? "");

    expect(text.code).to.equal(0);
    expect(text.stdout)
      .to.match(/^deposited +32 ETH$/m)
      .and.to.match(/^gas used +\d+$/m);
    expect(text.stderr)
      .to.match(/^action +deposit 32 ETH into the pool$/m)
      .and.to.match(/^max fee +0\.\d+ ETH$/m);
    expect(balance).to.include({ account: ACCOUNT_7, balanceWei: `${32n * ETHER}`, shares: `${32n * ETHER}` });
  });

  it("shows a deposit that nobody confirms, and refuses it with exit code 1 and one line", async () => {
    const { code, stdout, stderr } = await hardhat(["pool", "deposit", "1", ...LOCAL], node.env);

    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.match(/^action +deposit 1 ETH into the pool\n/);
    expect(stderr.split("\n").slice(-2)).to.deep.equal([
      "error: confirmation cannot be asked for, so nothing was sent (got no terminal): run it in a terminal; a task goes ahead without being asked with --yes, and shows what it would do with --dry-run",
      "",
    ]);
  });

  const wrongDeposits: [what: string, args: Record<string, unknown>, line: string][] = [
    [
      "an amount with too many decimals",
      { amount: "0.0000000000000000001" },
      "amount has 19 decimals, more than the 18 of its unit (got 0.0000000000000000001): drop the digits after the 18th decimal",
    ],
    [
      "an address with a wrong checksum",
      { amount: "1", receiver: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293Bc" },
      "receiver is not an address (got 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293Bc): give 0x and 40 hexadecimal digits, with the right checksum",
    ],
    [
      "the zero address",
      { amount: "1", referral: `0x${"0".repeat(40)}` },
      `referral is the zero address (got 0x${"0".repeat(40)}): name an account`,
    ],
    [
      "what the contract refuses",
      { amount: "0.0001" },
      "the contract refuses with DepositBelowMinimum(ethAmount 100000000000000 (0.0001 ETH), minimum 1000000000000000 (0.001 ETH)): deposit at least the second amount",
    ],
    [
      "more than the account has",
      { amount: "10001", from: ACCOUNT_7 },
      `balance of ${ACCOUNT_7} is less than the 10001 ETH needed (got 10000 ETH): send ether to the account, or use another with --from`,
    ],
    [
      "an account that is not the network's",
      { amount: "1", from: NOBODY },
      `from is no account of network local (got ${NOBODY}): name one of its accounts, or set the private key of this one as the network's (see .env.example)`,
    ],
  ];
  for (const [what, args, line] of wrongDeposits)
    it(`refuses ${what} in one line, and sends nothing`, async () => {
      const run = await createTaskRunner(node);
      const blocks = await blockNumber();

      expect(await run("pool deposit", { ...args, yes: true })).to.deep.equal(failed(line));
      expect(await blockNumber()).to.equal(blocks);
    });

  it("says in one line that there is no pool where it was told to look", async () => {
    const run = await createTaskRunner(node);
    const inProcess = await createTaskRunner(node, "default");
    const { accounting = "" } = node.addresses;

    expect(await inProcess("pool status")).to.deep.equal(
      failed(
        "pool is recorded in no file of deploy/deployments for this network (got default): name the pool's network with --network or its address with --pool, or deploy first (local chains: npm run hardhat -- local up)",
      ),
    );
    expect(await run("pool status", { pool: ACCOUNT_0 })).to.deep.equal(
      failed(
        `pool has no code on this chain (got ${ACCOUNT_0}): check address and network; a local node that was restarted forgets everything`,
      ),
    );
    expect(await run("pool status", { pool: accounting })).to.deep.equal(
      failed(`pool is not a PoolETH (got ${accounting}): give the address of the token of a pool`),
    );
  });

  it("says in one line that the node cannot be reached, is another chain's, or has no address", async () => {
    const nowhere = await createTaskRunner(node, "local", "http://127.0.0.1:1");
    const wrongChain = await createTaskRunner(node, "hoodi");
    const noSecret = hardhat(["pool", "status", "--network", "mainnet"]);

    expect(await nowhere("pool status")).to.deep.equal(
      failed(
        "network local cannot be reached: start a node with npm run hardhat -- local up, or set LOCAL_RPC_URL to where it listens",
      ),
    );
    expect(await wrongChain("pool status")).to.deep.equal(
      failed(
        'network hoodi: Hardhat was set to use chain id "560048", but connected to a chain with id "31337". Correct the address of the node',
      ),
    );
    expect(await noSecret).to.deep.equal({
      code: 1,
      stdout: "",
      stderr:
        "error: MAINNET_RPC_URL is not set and network mainnet needs it: npm run hardhat -- keystore set MAINNET_RPC_URL, or put it into .env\n",
    });
  });

  async function blockNumber(): Promise<unknown> {
    return new JsonRpcProvider(node.url, undefined, { cacheTimeout: -1 }).send("eth_blockNumber", []);
  }
});

function failed(line: string) {
  return { success: false, stdout: "", stderr: `error: ${line}\n` };
}
