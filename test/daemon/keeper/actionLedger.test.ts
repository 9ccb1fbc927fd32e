import { expect } from "chai";

import { ActionLedger } from "../../../daemon/keeper/actionLedger.ts";
import { now, passTime } from "../../helpers/accounts.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deploySuite } from "../../helpers/suite.ts";

describe("ActionLedger", () => {
  const suite = useSuite(() => deploySuite());
  let ledger: ActionLedger;
  beforeEach(() => {
    ledger = new ActionLedger(":memory:");
  });
  afterEach(() => {
    ledger.close();
  });
  const isOpen = async (key: string) => {
    const { chain, deployer } = suite();
    return ledger.isOpen(key, {
      provider: chain.ethers.provider,
      account: deployer.address,
      now: await now(suite()),
    });
  };
  const begin = async (key: string) => {
    ledger.begin(key, { action: "topUp", nonce: await suite().deployer.getNonce(), at: await now(suite()) });
  };

  it("keeps an errand that no node knows for half an hour of the chain", async () => {
    expect(await isOpen("a")).to.equal(true);
    await begin("a");
    expect([await isOpen("a"), await isOpen("b")]).to.deep.equal([false, true]);
    await passTime(suite(), 1_799);
    expect(await isOpen("a")).to.equal(false);
    await passTime(suite(), 1);
    expect(await isOpen("a")).to.equal(true);
  });

  it("goes by the chain once the nonce of an errand is used", async () => {
    await begin("a");
    await suite().deployer.sendTransaction({ to: suite().deployer.address });
    expect(await isOpen("a")).to.equal(true);
  });

  it("never opens an errand again that was mined, unless its block was given up", async () => {
    await begin("a");
    await begin("b");
    const sent = await suite().deployer.sendTransaction({ to: suite().deployer.address });
    ledger.complete("a", sent.hash);
    ledger.complete("b", `0x${"12".repeat(32)}`);
    expect([await isOpen("a"), await isOpen("b")]).to.deep.equal([false, false]);
    await passTime(suite(), 1_800);
    expect([await isOpen("a"), await isOpen("b")]).to.deep.equal([false, true]);
  });

  it("remembers when an action was done last, and when something was seen first", async () => {
    expect(ledger.lastDone("topUp")).to.equal(undefined);
    await begin("a");
    expect(ledger.lastDone("topUp")).to.equal(undefined);
    ledger.complete("a", "0x");
    expect([ledger.lastDone("topUp"), ledger.lastDone("activate")]).to.deep.equal([await now(suite()), undefined]);
    expect([ledger.firstSeen("r", 5n), ledger.firstSeen("r", 9n)]).to.deep.equal([5n, 5n]);
  });
});
