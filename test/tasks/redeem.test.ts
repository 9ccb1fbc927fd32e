import { expect } from "chai";

import { ETHER } from "../helpers/accounts.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";

const ACCOUNT_0 = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const RECEIVER = "0x00000000000000000000000000000000000000Ab".toLowerCase();
const DEPOSIT = 1_000n * ETHER;
/** 0.1 %, which the least fee is, and what a report may bring. */
const worthAfterFee = (worth: bigint) => (worth * 999n) / 1_000n;

/** They follow each other. */
describe("pool redeem", () => {
  const tasks = useLocalTasks();
  const redeem = async (args: Record<string, unknown>) => tasks().read("pool redeem", args);
  const refuses = async (args: Record<string, unknown>, line: RegExp) => {
    const { success, stdout, stderr } = await tasks().run("pool redeem", { ...args, yes: true });
    expect([success, stdout]).to.deep.equal([false, ""]);
    expect(stderr).to.match(line);
  };

  before(async () => {
    await tasks().read("pool deposit", { amount: "1000", yes: true });
  });

  it("shows the fee, what is there, and when the queue would pay without one, and changes nothing in a dry run", async () => {
    const { lastRebaseAt } = await tasks().read("pool status");
    const preview = await redeem({ amount: "2", dryRun: true });
    expect(preview).to.include({
      action: "redeem 2 ETH of poolETH for 1.998 ETH at once",
      receiver: ACCOUNT_0,
      worthWei: `${2n * ETHER}`,
      paidWei: `${worthAfterFee(2n * ETHER)}`,
      feeWei: `${2n * ETHER - worthAfterFee(2n * ETHER)}`,
      feePercent: "0.1 %",
      withoutFeeAt: `${BigInt(String(lastRebaseAt)) + 86_400n}`,
    });
    const { balanceWei } = await tasks().read("pool balance", { account: ACCOUNT_0 });
    expect(balanceWei).to.equal(`${DEPOSIT}`);
  });

  it("pays ether for shares at once, to whom it is told to", async () => {
    const before = await tasks().chain.getBalance(RECEIVER);
    const paid = worthAfterFee(3n * ETHER);
    const redeemed = await redeem({ amount: "3", receiver: RECEIVER, maxFee: "0.1", yes: true });
    expect(redeemed).to.include({ shares: `${3n * ETHER}`, paidWei: `${paid}` });
    expect(await tasks().chain.getBalance(RECEIVER)).to.equal(before + paid);
  });

  it("takes shares for an amount", async () => {
    const redeemed = await redeem({ amount: "1", shares: true, yes: true });
    expect(redeemed).to.include({ shares: `${ETHER}` });
    expect(BigInt(String(redeemed.paidWei))).to.be.greaterThan(worthAfterFee(ETHER));
  });

  it("refuses what is not there, costs more than it may, or is no amount, in one line", async () => {
    await refuses(
      { amount: "all" },
      /^error: amount is more than the 5\.9\d+ ETH that the pool pays at once now \(got all\): redeem less, come back later, or use `queue request`, which takes no fee\n$/,
    );
    await refuses(
      { amount: "1", maxFee: "0.05" },
      /^error: max-fee is below the fee of now, 0\.1 % \(got 0\.05 %\): accept more, come back later, or use `queue request`, which takes no fee\n$/,
    );
    await refuses(
      { amount: "1", maxFee: "101" },
      /^error: max-fee is no percentage from 0 to 100 \(got 101\): give one such as 0\.1 or 0\.25\n$/,
    );
    await refuses(
      { amount: "1", maxFee: "x" },
      /^error: max-fee is no percentage from 0 to 100 \(got x\): give one such as 0\.1 or 0\.25\n$/,
    );
    await refuses(
      { amount: "1001" },
      /^error: amount is more than the 996\.\d+ ETH of 0xf39F\w+ \(got 1001\): redeem less, or all\n$/,
    );
    await refuses(
      { amount: "1", receiver: tasks().node.addresses.wrappedPoolETH },
      /^error: the contract refuses with RedemptionTransferFailed\(receiver 0x\w+\): name another receiver, which takes ether\n$/,
    );
    await refuses(
      { amount: "0" },
      /^error: amount is worth 0 ETH, of which a fee leaves nothing \(got 0\): redeem more\n$/,
    );
  });

  it("says why nothing is paid at once", async () => {
    await tasks().chain.send("evm_increaseTime", [3 * 86_400 + 1]);
    await tasks().chain.send("evm_mine", []);
    await refuses(
      { amount: "1" },
      /^error: amount cannot be paid at once: the pool has no ether to spare, paid 1 % of itself today, or lacks a report for three days/,
    );
  });
});
