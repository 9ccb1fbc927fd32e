import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parseEther, toQuantity, Transaction, Wallet } from "ethers";

import { FailoverProvider } from "../../../clients/failoverProvider.ts";
import type { DailyLimit } from "../../../daemon/service/dailyLimit.ts";
import { feesFor, fetchMarket } from "../../../daemon/service/fees.ts";
import { createLogger } from "../../../daemon/service/logger.ts";
import type { Patience } from "../../../daemon/service/pendingTransaction.ts";
import { SpendingStore } from "../../../daemon/service/spendingStore.ts";
import { TransactionSender, type SenderContext, type Sending } from "../../../daemon/service/transactions.ts";
import { MAX_TRANSACTION_GAS } from "../../../src/consensus/transactionGas.ts";
import { ETHER, strangers, ZERO_ADDRESS } from "../../helpers/accounts.ts";
import { failureOf } from "../../helpers/failure.ts";
import { freshMetrics, type FreshMetrics } from "../../helpers/freshMetrics.ts";
import { useSuite } from "../../helpers/isolation.ts";
import type { RpcServer } from "../../helpers/rpcServer.ts";
import { serveChain } from "../../helpers/servedChain.ts";
import { deploySuite } from "../../helpers/suite.ts";

const KEY = `0x${"a1".repeat(32)}`;
const PATIENCE: Partial<Patience> = { pollMs: 20, replaceBlocks: 2, stuckBlocks: 20, maxReplacements: 3 };

describe("TransactionSender", () => {
  const suite = useSuite(deploySuite);
  const wallet = new Wallet(KEY);
  let node: RpcServer;
  let provider: FailoverProvider;
  let folder: string;
  let stop: AbortController;
  let pool: string;
  let stores: SpendingStore[];
  let fresh: FreshMetrics;
  const logged: string[] = [];

  beforeEach(async () => {
    const { chain } = suite();
    pool = await suite().poolETH.getAddress();
    node = await serveChain(chain.provider);
    provider = await FailoverProvider.connect([node.url], { timeout: 2_000 });
    await chain.networkHelpers.setBalance(wallet.address, 100n * ETHER);
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    [stop, stores, logged.length] = [new AbortController(), [], 0];
  });
  afterEach(async () => {
    await suite().chain.provider.request({ method: "evm_setAutomine", params: [true] });
    for (const store of stores) store.close();
    provider.destroy();
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  interface Changes {
    readonly maxFeeGwei?: number;
    readonly daily?: DailyLimit;
    readonly isDryRun?: boolean;
    readonly patience?: Partial<Patience>;
  }

  /** A sender as a new process has it: what another one kept is in the file. */
  const open = ({ maxFeeGwei = 100, daily, isDryRun = false, patience = {} }: Changes = {}) => {
    fresh = freshMetrics();
    const store = new SpendingStore(join(folder, "spending.sqlite"));
    stores.push(store);
    const context: SenderContext = {
      ...{ config: { maxFeeGwei }, provider, beacons: [], signer: wallet.connect(provider), isDryRun },
      log: createLogger("test", "debug", { write: (line) => logged.push(line) }),
      metrics: fresh.metrics,
      signal: stop.signal,
    };
    const limits = daily === undefined ? { store } : { store, daily };
    return new TransactionSender(context, limits, { ...PATIENCE, ...patience });
  };
  const deposit = (ether = "1"): Sending => ({
    purpose: "deposit",
    to: pool,
    data: suite().poolETH.interface.encodeFunctionData("deposit", [wallet.address, ZERO_ADDRESS]),
    value: parseEther(ether),
  });
  const automine = (on: boolean) => suite().chain.provider.request({ method: "evm_setAutomine", params: [on] });
  /** From the next block on. */
  const setBlockGasLimit = async (gas: bigint): Promise<void> => {
    await suite().chain.provider.request({ method: "evm_setBlockGasLimit", params: [toQuantity(gas)] });
    await mine();
  };
  const mine = (blocks = 1) => suite().chain.networkHelpers.mine(blocks);
  const shares = () => suite().poolETH.balanceOf(wallet.address);
  const until = async (isTime: () => boolean): Promise<void> => {
    for (let looks = 0; !isTime(); looks++) {
      if (looks > 1_000) throw new Error(`it does not come so far: ${logged.join("")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const sentRaw = () => node.asked.filter(({ method }) => method === "eth_sendRawTransaction");
  /** Until so many attempts have left, and the last one is waited for. */
  const isWaiting = (attempts: number): boolean => {
    const methods = node.methods();
    const looked = methods.lastIndexOf("eth_getTransactionReceipt");
    return sentRaw().length >= attempts && looked > methods.lastIndexOf("eth_sendRawTransaction");
  };
  const nonce = () => provider.getTransactionCount(wallet.address);

  it("sends, waits until it is mined, and tells what it cost", async () => {
    const before = await provider.getBalance(wallet.address);
    const sent = await open().send(deposit());
    if (sent.result !== "mined") throw new Error(sent.reason);
    const receipt = await provider.getTransactionReceipt(sent.hash);
    expect(receipt?.status).to.equal(1);
    expect(sent.gasUsed).to.equal(receipt?.gasUsed);
    expect(sent.spentWei).to.equal(before - (await provider.getBalance(wallet.address)));
    expect(await shares()).to.be.closeTo(ETHER, 1n);
    expect(await fresh.lines("pooleth_transactions_total")).to.deep.equal([
      'pooleth_transactions_total{purpose="deposit",result="mined"} 1',
    ]);
  });

  it("sends one at a time", async () => {
    const sender = open();
    const sent = await Promise.all([sender.send(deposit("1")), sender.send(deposit("2")), sender.send(deposit("3"))]);
    expect(sent.map(({ result }) => result)).to.deep.equal(["mined", "mined", "mined"]);
    expect(await nonce()).to.equal(3);
  });

  it("skips what the contract would refuse, with its reason", async () => {
    const sent = await open().send(deposit("0.0000001"));
    expect(sent).to.include({ result: "skipped" });
    expect("reason" in sent && sent.reason).to.match(/^the contract refuses with DepositBelowMinimum\(/);
    expect(sentRaw()).to.deep.equal([]);
    expect(await fresh.lines("pooleth_transactions_total")).to.deep.equal([
      'pooleth_transactions_total{purpose="deposit",result="skipped"} 1',
    ]);
  });

  it("skips what the account cannot pay", async () => {
    const sent = await open().send(deposit("101"));
    expect(sent).to.deep.equal({
      result: "skipped",
      reason: "the account has 100.0 ETH, and up to 101.0 ETH are needed",
    });
  });

  it("skips while gas costs more than the limit", async () => {
    await suite().chain.networkHelpers.setNextBlockBaseFeePerGas(50n * 10n ** 9n);
    await mine();
    const sent = await open({ maxFeeGwei: 20 }).send(deposit());
    expect("reason" in sent && sent.reason).to.match(/^gas costs \d+\.\d+ Gwei, which is more than maxFeeGwei, 20$/);
    expect((await open({ maxFeeGwei: 60 }).send(deposit())).result).to.equal("mined");
    const [raw] = sentRaw();
    expect(raw).not.to.equal(undefined);
  });

  it("gives a transaction no more gas than one may have", async () => {
    const { answer } = node;
    const most = MAX_TRANSACTION_GAS;
    const sendAt = async (estimate: bigint) => {
      node.answer = (question) =>
        question.method === "eth_estimateGas" ? { result: toQuantity(estimate) } : answer(question);
      return open().send(deposit());
    };
    const gasOfLast = () => Transaction.from(sentRaw().at(-1)?.params[0] as string).gasLimit;
    expect((await sendAt(8_000_000n)).result).to.equal("mined");
    expect(gasOfLast()).to.equal(10_000_000n);
    expect((await sendAt(most - 1n)).result).to.equal("mined");
    expect(gasOfLast()).to.equal(most);
    expect(await sendAt(60_000_000n)).to.deep.equal({
      result: "skipped",
      reason: "it is estimated to need 60000000 gas, and a transaction may have 16777216 at most",
    });
    await setBlockGasLimit(9_000_000n);
    expect((await sendAt(8_000_000n)).result).to.equal("mined");
    expect(gasOfLast()).to.equal(9_000_000n);
    expect((await sendAt(most)).result).to.equal("skipped");
    expect(sentRaw()).to.have.length(3);
    await setBlockGasLimit(60_000_000n);
  });

  it("sends nothing in a dry run", async () => {
    const sent = await open({ isDryRun: true }).send(deposit());
    expect(sent).to.deep.equal({ result: "skipped", reason: "this is a dry run" });
    expect(logged.join("")).to.include("would send");
    expect(sentRaw()).to.deep.equal([]);
  });

  it("keeps to the daily limit, also after a restart, by the time of the chain", async () => {
    const daily = { wei: 3n * ETHER };
    expect((await open({ daily }).send(deposit("2"))).result).to.equal("mined");
    const again = open({ daily });
    const sent = await again.send(deposit("1"));
    expect("reason" in sent && sent.reason).to.match(
      /on top of 2\.\d+ ETH within 24 hours is more than the daily limit/,
    );
    await suite().chain.networkHelpers.time.increase(86_400);
    expect((await again.send(deposit("1"))).result).to.equal("mined");
  });

  it("keeps a part of the daily limit for what is urgent, as far as that has not used it", async () => {
    const sender = open({ daily: { wei: 10n * ETHER, kept: { wei: 4n * ETHER, purposes: ["rescue", "report"] } } });
    const spend = (purpose: string, ether: string) => sender.send({ ...deposit(ether), purpose });
    expect((await spend("play", "5")).result).to.equal("mined");
    const refused = await spend("play", "2");
    expect("reason" in refused && refused.reason).to.match(
      /^up to 2\.\d+ ETH on top of 5\.\d+ ETH within 24 hours is more than the daily limit of 10\.0 ETH, of which 4\.0 ETH are kept for rescue and report$/,
    );
    expect((await spend("rescue", "3")).result).to.equal("mined");
    const still = await spend("play", "1.5");
    expect("reason" in still && still.reason).to.match(/of which 0\.99\d+ ETH are kept for/);
    expect((await spend("report", "1.5")).result).to.equal("mined");
    const all = await spend("rescue", "1");
    expect("reason" in all && all.reason).to.match(/is more than the daily limit of 10\.0 ETH$/);
  });

  it("tells why what was mined failed, and counts what that cost", async () => {
    const { poolETH, chain } = suite();
    const [alice] = await strangers(suite());
    await poolETH.connect(alice).deposit(alice.address, ZERO_ADDRESS, { value: ETHER });
    await poolETH.connect(alice).approve(wallet.address, ETHER / 2n);
    const data = poolETH.interface.encodeFunctionData("transferFrom", [alice.address, wallet.address, ETHER / 2n]);
    await automine(false);
    const sending = open().send({ purpose: "take", to: pool, data });
    await until(() => isWaiting(1));
    // It comes back to the node after the approval is gone, as one that waited somewhere.
    await withoutTransactions(0);
    await automine(true);
    await poolETH.connect(alice).approve(wallet.address, 0n);
    const { params } = sentRaw()[0] ?? { params: [] };
    await chain.provider.request({ method: "eth_sendRawTransaction", params: [...params] }).catch(() => undefined);
    const sent = await sending;
    expect(sent.result).to.equal("reverted");
    expect("reason" in sent && sent.reason).to.include("ERC20InsufficientAllowance(");
    expect(stores[0]?.spentSince(0n)).to.be.above(0n);
    expect(await shares()).to.equal(0n);
  });

  it("raises the fee of what is not mined by an eighth, up to the limit", async () => {
    await automine(false);
    const sending = open().send(deposit());
    for (const count of [1, 2, 3]) {
      await until(() => isWaiting(count));
      // Blocks without it, as of a builder who has better offers.
      if (count < 3) await withoutTransactions(2);
    }
    await mine();
    expect((await sending).result).to.equal("mined");
    expect(await nonce()).to.equal(1);
    const fees = logged
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter(({ msg }) => msg === "transaction signed")
      .map(({ maxFeeWei, maxPriorityFeeWei }) => [BigInt(maxFeeWei ?? 0), BigInt(maxPriorityFeeWei ?? 0)] as const);
    expect(fees.length).to.be.at.least(3);
    for (const [i, [fee, tip]] of fees.slice(1).entries()) {
      expect(fee * 1_000n).to.be.at.least((fees[i]?.[0] ?? 0n) * 1_125n);
      expect(tip * 1_000n).to.be.at.least((fees[i]?.[1] ?? 0n) * 1_125n);
      expect(fee).to.be.at.most(100n * 10n ** 9n);
    }
  });

  it("raises no fee beyond the daily limit", async () => {
    const { data, to, value = 0n } = deposit();
    const gas = await provider.estimateGas({ from: wallet.address, to, data, value });
    const { maxFeePerGas = 0n } = feesFor(await fetchMarket(provider), 100n * 10n ** 9n) ?? {};
    const most = value + ((gas * 5n) / 4n) * maxFeePerGas;
    await automine(false);
    const sending = open({ daily: { wei: most + most / 1_000_000n } }).send(deposit());
    await until(() => isWaiting(1));
    await withoutTransactions(2);
    // Given to the node again as it was.
    await until(() => isWaiting(2));
    await mine();
    expect((await sending).result).to.equal("mined");
    const [first, second] = sentRaw().map(({ params }) => params[0]);
    expect(second).to.equal(first);
    expect(logged.join("")).to.include("fee not raised").and.to.include("more than the daily limit");
  });

  /** Has blocks pass while what is sent is hidden from them. */
  const withoutTransactions = async (blocks: number): Promise<void> => {
    const { provider: hardhat } = suite().chain;
    const hidden = (await hardhat.request({ method: "eth_pendingTransactions" })) as { hash: string }[];
    for (const { hash } of hidden) await hardhat.request({ method: "hardhat_dropTransaction", params: [hash] });
    if (blocks > 0) await mine(blocks);
  };

  it("is patient no longer than it is told, and waits for the same one again", async () => {
    await automine(false);
    const patience = { stuckBlocks: 3, replaceBlocks: 100 };
    const stuck = open({ patience }).send(deposit());
    await until(() => isWaiting(1));
    await withoutTransactions(4);
    const { message } = await failureOf(stuck);
    expect(message).to.match(
      /^transaction for deposit is not mined after \d blocks \(got 0x[0-9a-f]{64}\): it is waited/,
    );
    await automine(true);
    // Also where there is nothing else to send.
    await open({ patience }).finish();
    expect(await nonce()).to.equal(1);
    expect(await shares()).to.be.closeTo(ETHER, 1n);
    expect(stores.at(-1)?.spentSince(0n)).to.be.above(ETHER);
  });

  it("finds what it sent before a crash, and does not send it twice", async () => {
    await automine(false);
    const crashing = failureOf(open().send(deposit()));
    await until(() => isWaiting(1));
    stop.abort(new Error("crash"));
    await crashing;
    await mine();
    await automine(true);
    stop = new AbortController();
    const sent = await open().send(deposit());
    expect(sent.result).to.equal("mined");
    expect(await nonce()).to.equal(1);
    expect(await shares()).to.be.closeTo(ETHER, 1n);
    expect(stores.at(-1)?.spentSince(0n)).to.be.above(ETHER);
    expect((await open().send(deposit("2"))).result).to.equal("mined");
    expect(await nonce()).to.equal(2);
  });

  it("sends what it had signed before a crash, and something else after that", async () => {
    const { answer } = node;
    node.answer = (question) =>
      question.method === "eth_sendRawTransaction" ? { status: 503, text: "" } : answer(question);
    expect((await failureOf(open().send(deposit("1")))).message).to.include("has no node that answers");
    node.answer = answer;
    expect((await open().send(deposit("2"))).result).to.equal("mined");
    expect(await nonce()).to.equal(2);
    expect(await shares()).to.be.closeTo(3n * ETHER, 2n);
  });

  it("gives up on what another transaction of the account took the place of", async () => {
    await automine(false);
    const sending = open().send(deposit());
    await until(() => isWaiting(1));
    const other = { to: wallet.address, nonce: 0, gasLimit: 21_000n, maxFeePerGas: 10n ** 12n };
    await wallet.connect(provider).sendTransaction({ ...other, maxPriorityFeePerGas: 10n ** 11n });
    await mine();
    expect(await sending).to.deep.equal({
      result: "skipped",
      reason: "another transaction of the account took its place",
    });
    await automine(true);
    expect((await open().send(deposit())).result).to.equal("mined");
  });

  it("skips what a node refuses", async () => {
    const { answer } = node;
    node.answer = (question) =>
      question.method === "eth_sendRawTransaction"
        ? { error: { code: -32_000, message: "transaction type not supported" } }
        : answer(question);
    const sent = await open().send(deposit());
    expect("reason" in sent && sent.reason)
      .to.include("the node refuses it")
      .and.include("type not supported");
    node.answer = answer;
    expect((await open().send(deposit())).result).to.equal("mined");
    expect(await nonce()).to.equal(1);
  });

  it("takes a transaction for sent that a node knows already", async () => {
    const { answer } = node;
    node.answer = async (question) => {
      const reply = await answer(question);
      return question.method === "eth_sendRawTransaction"
        ? { error: { code: -32_000, message: "already known" } }
        : reply;
    };
    expect((await open().send(deposit())).result).to.equal("mined");
  });
});
