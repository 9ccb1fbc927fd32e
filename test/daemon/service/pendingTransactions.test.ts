import { expect } from "chai";

import { feesFor, fetchMarket } from "../../../daemon/service/fees.ts";
import { ETHER } from "../../helpers/accounts.ts";
import { failureOf } from "../../helpers/failure.ts";
import { useSending } from "./fixture/sending.ts";

describe("TransactionSender, of what is not mined at once", () => {
  const {
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
    shares,
    provider,
    node,
    spent,
    nonce,
    crash,
  } = useSending();

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
    const gas = await provider().estimateGas({ from: wallet.address, to, data, value });
    const { maxFeePerGas = 0n } = feesFor(await fetchMarket(provider()), 100n * 10n ** 9n) ?? {};
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
    expect(spent()).to.be.above(ETHER);
  });

  it("finds what it sent before a crash, and does not send it twice", async () => {
    await automine(false);
    const crashing = failureOf(open().send(deposit()));
    await until(() => isWaiting(1));
    crash();
    await crashing;
    await mine();
    await automine(true);
    const sent = await open().send(deposit());
    expect(sent.result).to.equal("mined");
    expect(await nonce()).to.equal(1);
    expect(await shares()).to.be.closeTo(ETHER, 1n);
    expect(spent()).to.be.above(ETHER);
    expect((await open().send(deposit("2"))).result).to.equal("mined");
    expect(await nonce()).to.equal(2);
  });

  it("sends what it had signed before a crash, and something else after that", async () => {
    const { answer } = node();
    node().answer = (question) =>
      question.method === "eth_sendRawTransaction" ? { status: 503, text: "" } : answer(question);
    expect((await failureOf(open().send(deposit("1")))).message).to.include("has no node that answers");
    node().answer = answer;
    expect((await open().send(deposit("2"))).result).to.equal("mined");
    expect(await nonce()).to.equal(2);
    expect(await shares()).to.be.closeTo(3n * ETHER, 2n);
  });

  it("gives up on what another transaction of the account took the place of", async () => {
    await automine(false);
    const sending = open().send(deposit());
    await until(() => isWaiting(1));
    const other = { to: wallet.address, nonce: 0, gasLimit: 21_000n, maxFeePerGas: 10n ** 12n };
    await wallet.connect(provider()).sendTransaction({ ...other, maxPriorityFeePerGas: 10n ** 11n });
    await mine();
    expect(await sending).to.deep.equal({
      result: "skipped",
      reason: "another transaction of the account took its place",
    });
    await automine(true);
    expect((await open().send(deposit())).result).to.equal("mined");
  });

  it("skips what a node refuses", async () => {
    const { answer } = node();
    node().answer = (question) =>
      question.method === "eth_sendRawTransaction"
        ? { error: { code: -32_000, message: "transaction type not supported" } }
        : answer(question);
    const sent = await open().send(deposit());
    expect("reason" in sent && sent.reason)
      .to.include("the node refuses it")
      .and.include("type not supported");
    node().answer = answer;
    expect((await open().send(deposit())).result).to.equal("mined");
    expect(await nonce()).to.equal(1);
  });

  it("takes a transaction for sent that a node knows already", async () => {
    const { answer } = node();
    node().answer = async (question) => {
      const reply = await answer(question);
      return question.method === "eth_sendRawTransaction"
        ? { error: { code: -32_000, message: "already known" } }
        : reply;
    };
    expect((await open().send(deposit())).result).to.equal("mined");
  });
});
