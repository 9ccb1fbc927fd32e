import { expect } from "chai";
import { TypedDataEncoder } from "ethers";

import { REPORT_TYPES } from "../../src/oracle/messages.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const ETHER = 10n ** 18n;
/** The local chain begins with it. */
const RESERVE = ETHER;

describe("A pool from deposit to rebase", () => {
  let suite: TestSuite;

  before(async () => {
    suite = await deploySuite();
  });

  it("mints shares at the share rate", async () => {
    const [, , , , , , , alice] = await suite.chain.ethers.getSigners();
    if (alice === undefined) throw new Error("no account");
    await suite.poolETH.connect(alice).deposit(alice.address, suite.chain.ethers.ZeroAddress, { value: 100n * ETHER });
    expect(await suite.poolETH.balanceOf(alice.address)).to.equal(100n * ETHER);
  });

  it("activates validators in the deposit contract and at SSV", async () => {
    const ceremony = await makeCeremony(suite, 4);
    const batchId = await registerCeremony(suite, ceremony);
    const activation = await activate(suite, ceremony, batchId, 0, 4);

    const paid = RESERVE - (await suite.clusterManager.reserve());
    await expect(activation).to.emit(suite.poolManager, "BatchActivated").withArgs(batchId, 0, 3, paid);
    expect(await suite.poolETH.totalStaked()).to.equal(96n * ETHER);
    expect(await suite.accounting.bufferedEther()).to.equal(4n * ETHER + 1_000_000_000n);
    expect(await suite.clusterManager.ownerNonce()).to.equal(3n);
  });

  it("rebases by what the validators earned", async () => {
    await applyReport(suite, await makeReport(suite));
    const before = await suite.poolETH.totalPooledEther();
    await applyReport(suite, await makeReport(suite, 10_000_000n));

    expect(await suite.poolETH.totalPooledEther()).to.equal(before + 10n ** 16n);
    expect(await suite.poolETH.sharesOf(suite.treasury.address)).to.be.greaterThan(0n);
  });

  it("hashes a report as its members sign it", async () => {
    const report = await makeReport(suite, 7n, { pendingGwei: 1n, exitingKeys: 2n, finalizeUpTo: 3n });
    expect(await suite.accounting.hashReport({ ...report })).to.equal(
      TypedDataEncoder.hashStruct("Report", REPORT_TYPES, report),
    );
  });
});
