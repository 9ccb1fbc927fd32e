import { expect } from "chai";
import { toQuantity, Transaction } from "ethers";

import { MAX_TRANSACTION_GAS } from "../../../src/consensus/transactionGas.ts";
import { ETHER, strangers, ZERO_ADDRESS } from "../../helpers/accounts.ts";
import { useSending } from "./fixture/sending.ts";

describe("TransactionSender", () => {
  const {
    suite,
    wallet,
    logged,
    open,
    deposit,
    automine,
    mine,
    until,
    sentRaw,
    isWaiting,
    withoutTransactions,
    spent,
    shares,
    provider,
    node,
    fresh,
    nonce,
  } = useSending();
  /** From the next block on. */
  const setBlockGasLimit = async (gas: bigint): Promise<void> => {
    await suite().chain.provider.request({ method: "evm_setBlockGasLimit", params: [toQuantity(gas)] });
    await mine();
  };

  it("sends, waits until it is mined, and tells what it cost", async () => {
    const before = await provider().getBalance(wallet.address);
    const sent = await open().send(deposit());
    if (sent.result !== "mined") throw new Error(sent.reason);
    const receipt = await provider().getTransactionReceipt(sent.hash);
    expect(receipt?.status).to.equal(1);
    expect(sent.gasUsed).to.equal(receipt?.gasUsed);
    expect(sent.spentWei).to.equal(before - (await provider().getBalance(wallet.address)));
    expect(await shares()).to.be.closeTo(ETHER, 1n);
    expect(await fresh().lines("pooleth_transactions_total")).to.deep.equal([
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
    expect(await fresh().lines("pooleth_transactions_total")).to.deep.equal([
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
    const { answer } = node();
    const most = MAX_TRANSACTION_GAS;
    const sendAt = async (estimate: bigint) => {
      node().answer = (question) =>
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
    const sending = open().send({ purpose: "take", to: await poolETH.getAddress(), data });
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
    expect(spent()).to.be.above(0n);
    expect(await shares()).to.equal(0n);
  });
});
