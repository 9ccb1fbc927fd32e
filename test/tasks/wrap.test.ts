import { expect } from "chai";

import { localDeploymentId, readDeployment, recordDeployment } from "../../clients/deployment.ts";
import { PoolETH__factory, WrappedPoolETH__factory } from "../../typechain-types/index.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const ETHER = 10n ** 18n;
/** The development accounts of these numbers. */
const ACCOUNT = {
  0: "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
  7: "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
  8: "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f",
} as const;

describe("wrap and unwrap tasks", () => {
  const tasks = useLocalTasks();

  const pool = () => PoolETH__factory.connect(tasks().node.addresses.poolETH ?? "", tasks().chain);
  const token = () => WrappedPoolETH__factory.connect(tasks().node.addresses.wrappedPoolETH ?? "", tasks().chain);
  const blockNumber = async (): Promise<unknown> => tasks().chain.send("eth_blockNumber", []);

  it("shows what it would approve first, and what comes then, in a dry run", async () => {
    const { read, chain } = tasks();
    await read("pool deposit", { amount: "10", yes: true });
    const blocks = await blockNumber();

    const preview = await read("wrap", { amount: "4", receiver: ACCOUNT[7], dryRun: true });
    const wrapped = await token().getAddress();
    expect(preview).to.deep.include({
      dryRun: true,
      action: "approve 4 ETH of poolETH for the wrapped token",
      from: ACCOUNT[0],
      spender: wrapped,
      next: {
        action: "wrap 4 ETH of poolETH",
        ...{ wrapped, receiver: ACCOUNT[7], expectedShares: `${4n * ETHER}` },
      },
    });
    expect(await blockNumber()).to.equal(blocks);
    expect(await chain.getTransactionCount(ACCOUNT[7])).to.equal(0);
  });

  it("approves and wraps in one run, and says so", async () => {
    const { run } = tasks();
    const { success, stdout, stderr } = await run("wrap", { amount: "4", receiver: ACCOUNT[7], yes: true });

    expect(success, stderr).to.equal(true);
    expect(stderr)
      .to.match(/^the wrapped token may take 0 ETH of the account's poolETH, so 4 ETH are approved first$/m)
      .and.to.match(/^action +approve 4 ETH of poolETH for the wrapped token$/m)
      .and.to.match(/^action +wrap 4 ETH of poolETH$/m);
    expect(stdout)
      .to.match(/^approval hash +0x[0-9a-f]{64}$/m)
      .and.to.match(/^wrapped +4 ETH$/m);
    expect(await token().balanceOf(ACCOUNT[7])).to.equal(4n * ETHER);
    expect(await pool().sharesOf(ACCOUNT[0])).to.equal(6n * ETHER);
    expect(await pool().allowance(ACCOUNT[0], token())).to.equal(0n);
  });

  it("wraps all that is left, with one transaction where the allowance suffices", async () => {
    const { read, chain } = tasks();
    const signer = await chain.getSigner(ACCOUNT[0]);
    await (
      await pool()
        .connect(signer)
        .approve(token(), 7n * ETHER)
    ).wait();
    const before = await chain.getTransactionCount(ACCOUNT[0]);

    const result = await read("wrap", { amount: "all", yes: true });
    expect(result).to.include({
      receiver: ACCOUNT[0],
      wrappedWei: `${6n * ETHER}`,
      shares: `${6n * ETHER}`,
      wrappedShares: `${6n * ETHER}`,
    });
    expect(result).not.to.have.property("approvalHash");
    expect(await chain.getTransactionCount(ACCOUNT[0])).to.equal(before + 1);
    expect(await pool().sharesOf(ACCOUNT[0])).to.equal(0n);
  });

  it("approves a hundredth more for all, which may be worth more by then", async () => {
    const { read } = tasks();
    await read("pool deposit", { amount: "1", from: ACCOUNT[8], yes: true });
    await read("wrap", { amount: "all", from: ACCOUNT[8], yes: true });
    expect(await token().balanceOf(ACCOUNT[8])).to.equal(ETHER);
    expect(await pool().allowance(ACCOUNT[8], token())).to.equal(ETHER / 100n);
  });

  it("stakes ether and wraps it in one transaction, and names a referral", async () => {
    const { read, chain } = tasks();
    const args = { amount: "1.5", ether: true, from: ACCOUNT[7], referral: ACCOUNT[0] };
    expect(await read("wrap", { ...args, dryRun: true })).to.include({
      action: "stake 1.5 ETH and wrap it",
      valueWei: `${(3n * ETHER) / 2n}`,
      expectedShares: `${(3n * ETHER) / 2n}`,
      minShares: `${(1_485n * ETHER) / 1_000n}`,
    });

    const { transactionHash, ...result } = await read("wrap", { ...args, yes: true });
    expect(result).to.include({ wrappedWei: `${(3n * ETHER) / 2n}`, wrappedShares: `${(11n * ETHER) / 2n}` });
    const receipt = await chain.getTransactionReceipt(String(transactionHash));
    const referred = receipt?.logs.map((log) => pool().interface.parseLog(log)).find((log) => log?.name === "Referred");
    expect(referred?.args.referral).to.equal(ACCOUNT[0]);
  });

  it("unwraps an amount, for somebody else, and then all", async () => {
    const { read } = tasks();
    const preview = await read("unwrap", { amount: "2", receiver: ACCOUNT[8], dryRun: true });
    expect(preview).to.include({ action: "unwrap 2 ETH of poolETH", expectedShares: `${2n * ETHER}` });
    expect(await read("unwrap", { amount: "2", receiver: ACCOUNT[8], yes: true })).to.include({
      receiver: ACCOUNT[8],
      unwrappedWei: `${2n * ETHER}`,
      wrappedShares: `${4n * ETHER}`,
    });
    expect(await pool().sharesOf(ACCOUNT[8])).to.equal(2n * ETHER);

    const all = await tasks().run("unwrap", { amount: "all", yes: true });
    expect(all.stderr).to.match(/^action +unwrap all wrapped poolETH, 4 ETH$/m);
    expect(await token().balanceOf(ACCOUNT[0])).to.equal(0n);
    expect(await pool().sharesOf(ACCOUNT[0])).to.equal(4n * ETHER);
  });

  it("finds the token of a pool that is named, or takes the one that is named", async () => {
    const { read, node } = tasks();
    const named = { pool: node.addresses.poolETH, wrapped: node.addresses.wrappedPoolETH };
    for (const args of [{ pool: named.pool }, named])
      expect(await read("wrap", { amount: "1", ether: true, dryRun: true, ...args })).to.include({
        wrapped: named.wrapped,
      });
  });

  const refusals: [what: string, id: string, args: Record<string, unknown>, line: string][] = [
    [
      "more poolETH than there is",
      "wrap",
      { amount: "5" },
      `amount is more than the 4 ETH of poolETH that ${ACCOUNT[0]} has (got 5 ETH): wrap less, or \`all\`; --ether stakes ether and wraps it`,
    ],
    ["nothing", "wrap", { amount: "0" }, "amount is nothing (got 0): wrap something"],
    [
      "all ether",
      "wrap",
      { amount: "all", ether: true },
      "amount is for poolETH alone (got all): give an amount, and keep ether for gas",
    ],
    [
      "a referral for poolETH",
      "wrap",
      { amount: "1", referral: ACCOUNT[7] },
      `referral is for ether that is staked (got ${ACCOUNT[7]}): leave it out, or add --ether`,
    ],
    [
      "a word that is no amount",
      "wrap",
      { amount: "everything" },
      "amount is not a decimal amount (got everything): write ether as 32 or 0.001",
    ],
    [
      "less ether than the pool takes",
      "wrap",
      { amount: "0.0001", ether: true },
      "the contract refuses with DepositBelowMinimum(ethAmount 100000000000000 (0.0001 ETH), minimum 1000000000000000 (0.001 ETH)): deposit at least the second amount",
    ],
    [
      "more wrapped poolETH than there is",
      "unwrap",
      { amount: "6", from: ACCOUNT[7] },
      `amount is more than the 5.5 ETH of wrapped poolETH that ${ACCOUNT[7]} has (got 6 ETH): unwrap less, or \`all\``,
    ],
    ["nothing of all", "unwrap", { amount: "all" }, "amount is nothing (got all): unwrap something"],
    [
      "an account without code as the wrapped token",
      "unwrap",
      { amount: "1", wrapped: ACCOUNT[7] },
      `wrapped has no code on this chain (got ${ACCOUNT[7]}): give the address of the pool's wrapped token`,
    ],
  ];
  for (const [what, id, args, line] of refusals)
    it(`refuses ${what} in one line, and sends nothing`, async () => {
      const blocks = await blockNumber();
      await tasks().refuses(id, { ...args, yes: true }, line);
      expect(await blockNumber()).to.equal(blocks);
    });

  it("refuses another contract as the wrapped token", async () => {
    const { accounting, poolETH } = tasks().node.addresses;
    for (const wrapped of [accounting, poolETH])
      await tasks().refuses(
        "unwrap",
        { amount: "1", wrapped, yes: true },
        `wrapped is not a WrappedPoolETH (got ${wrapped ?? ""}): give the address of the pool's wrapped token`,
      );
  });

  it("refuses the wrapped token of another pool", async () => {
    const { chain, node, refuses } = tasks();
    const signer = await chain.getSigner(ACCOUNT[0]);
    // A stand-in for another pool's token: a wrapped token of the wrapped token, which answers for its queue as a pool.
    const other = await new WrappedPoolETH__factory(signer).deploy(node.addresses.wrappedPoolETH ?? "");
    await other.waitForDeployment();
    await refuses(
      "unwrap",
      { amount: "1", wrapped: await other.getAddress(), yes: true },
      `wrapped wraps ${node.addresses.wrappedPoolETH ?? ""}, which is not this pool's poolETH (got ${await other.getAddress()}): give the address of the pool's wrapped token`,
    );
  });

  it("asks for the address where the pool is recorded without a wrapped token, or not at all", async () => {
    const { node, refuses } = tasks();
    const { poolETH = "", wrappedPoolETH, ...others } = node.addresses;
    const { chainId } = await tasks().chain.getNetwork();
    const id = localDeploymentId(node.url);
    const whole = readDeployment(id, chainId);
    try {
      recordDeployment(id, { ...whole, addresses: { ...others, poolETH } });
      await refuses(
        "wrap",
        { amount: "1", yes: true },
        "wrapped is missing, and this pool's wrapped token is recorded in no file of deploy/deployments (got nothing): name its address with --wrapped",
      );
      const named = await tasks().read("wrap", { amount: "1", ether: true, dryRun: true, wrapped: wrappedPoolETH });
      expect(named).to.include({ wrapped: wrappedPoolETH });
    } finally {
      recordDeployment(id, whole);
    }
  });
});
