import { expect } from "chai";

import { wei } from "../../src/units/ether.ts";
import { planDeposit } from "../../tasks/commands/deposit.ts";
import { openPool, type PoolConnection } from "../../tasks/connect.ts";
import { InputError } from "../../tasks/input.ts";
import { findSender } from "../../tasks/signers.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ETHER = 10n ** 18n;
const ASK = { dryRun: false, yes: false };

describe("carryOut", () => {
  let suite: TestSuite;
  let opened: PoolConnection;

  before(async () => {
    suite = await deploySuite();
    opened = await openPool(suite.chain, await suite.poolETH.getAddress());
  });

  const plan = async (ethAmount = ETHER) =>
    planDeposit(opened, {
      sender: await findSender(opened, suite.guardian.address),
      ethAmount: wei(ethAmount),
      receiver: undefined,
      referral: undefined,
    });

  it("shows action and cost before it asks, and sends after a yes", async () => {
    const terminal = fakeTerminal(" YES ");
    const before = await suite.poolETH.balanceOf(suite.guardian.address);

    const result = await carryOut(await plan(), ASK, terminal);

    expect(terminal.asked).to.deep.equal(["Type yes to send this transaction: "]);
    expect(terminal.noted).to.have.lengthOf(2);
    expect(terminal.noted[1]).to.equal(`sent as ${result.transactionHash as string}, waiting for a block …`);
    expect(terminal.noted[0]).to.match(/^action +deposit 1 ETH into the pool$/m);
    expect(terminal.noted[0])
      .to.match(/^gas +\d+$/m)
      .and.to.match(/^max fee +0\.\d+ ETH$/m);
    expect(result).to.include({ depositedWei: ETHER, balanceWei: before + ETHER });
  });

  it("sends nothing after any other answer", async () => {
    const blocks = await suite.chain.ethers.provider.getBlockNumber();

    for (const answer of ["y", "no", ""]) {
      const error = await carryOut(await plan(), ASK, fakeTerminal(answer)).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(InputError);
      expect(String(error)).to.contain("confirmation was not given");
    }

    expect(await suite.chain.ethers.provider.getBlockNumber()).to.equal(blocks);
  });

  it("prepares once it is agreed to, and sends nothing if that fails", async () => {
    const { provider } = suite.chain.ethers;
    const blocks = await provider.getBlockNumber();
    const prepared: number[] = [];
    const prepare = async () => {
      prepared.push(await provider.getBlockNumber());
    };
    await carryOut({ ...(await plan()), prepare }, { ...ASK, dryRun: true }, fakeTerminal());
    await carryOut({ ...(await plan()), prepare }, ASK, fakeTerminal("no")).catch(() => undefined);
    expect(prepared).to.deep.equal([]);
    await carryOut({ ...(await plan()), prepare }, ASK, fakeTerminal("yes"));
    expect(prepared).to.deep.equal([blocks]);

    const failing = { ...(await plan()), prepare: () => Promise.reject(new RangeError("no room")) };
    const error = await carryOut(failing, ASK, fakeTerminal("yes")).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(RangeError);
    expect(await provider.getBlockNumber()).to.equal(blocks + 1);
  });

  it("takes Ctrl-C at the question for a no", async () => {
    const aborted = Object.assign(new Error("Aborted with Ctrl+C"), { name: "AbortError", code: "ABORT_ERR" });
    const terminal = { ...fakeTerminal("yes"), ask: () => Promise.reject(aborted) };

    const error = await carryOut(await plan(), ASK, terminal).catch((caught: unknown) => caught);

    expect(error).to.be.instanceOf(InputError);
    expect(String(error)).to.match(/confirmation was not given \(got nothing\): nothing was sent$/);
  });

  it("shows where nobody is what it would have asked for, and does not ask after --yes", async () => {
    const nobody = fakeTerminal();
    const blocks = await suite.chain.ethers.provider.getBlockNumber();
    const error = await carryOut(await plan(), ASK, nobody).catch((caught: unknown) => caught);
    expect(await suite.chain.ethers.provider.getBlockNumber()).to.equal(blocks);
    expect(nobody.noted).to.have.lengthOf(1);
    expect(nobody.noted[0]).to.match(/^action +deposit 1 ETH into the pool$/m);
    const result = await carryOut(await plan(), { dryRun: false, yes: true }, nobody);

    expect(String(error)).to.contain("confirmation cannot be asked for, so nothing was sent");
    expect(nobody.asked).to.deep.equal([]);
    expect(nobody.noted).to.have.lengthOf(3);
    expect(result).to.include({ depositedWei: ETHER });
  });

  it("refuses what the account can pay, but not with the gas on top", async () => {
    const balance = await suite.chain.ethers.provider.getBalance(suite.guardian.address);

    const error = await carryOut(await plan(balance - 1n), ASK, fakeTerminal("yes")).catch((caught: unknown) => caught);

    expect(error).to.be.instanceOf(InputError).with.property("field", "balance");
  });
});
