import { encodeBytes32String, ZeroAddress } from "ethers";
import { expect } from "chai";

import type { IAccounting } from "../../typechain-types/contracts/policy/Accounting.ts";
import { makeReport, signReport } from "../helpers/report.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { ETHER, GWEI, policyOf, POOLED, useStakedPool } from "./support/scenario.ts";

describe("Accounting.setPolicy", () => {
  let suite: TestSuite;
  let policy: IAccounting.PolicyStruct;

  before(async () => {
    suite = await deploySuite();
    policy = await policyOf(suite);
  });

  const tooMuch: [field: keyof IAccounting.PolicyStruct, maximum: bigint][] = [
    ["feeBasisPoints", 2_000n],
    ["costsBasisPoints", 20n],
    ["maxGainBasisPoints", 10_000n],
    ["maxLossBasisPoints", 500n],
  ];
  for (const [field, maximum] of tooMuch)
    it(`takes ${field} up to ${maximum.toString()}`, async () => {
      const accounting = suite.accounting.connect(suite.admin);
      await expect(accounting.setPolicy({ ...policy, [field]: maximum + 1n }))
        .to.be.revertedWithCustomError(accounting, "PolicyOutOfRange")
        .withArgs(encodeBytes32String(field), maximum + 1n);
      await expect(accounting.setPolicy({ ...policy, [field]: maximum })).to.emit(accounting, "PolicyChanged");
      expect(await policyOf(suite)).to.deep.equal({ ...policy, [field]: maximum });
    });

  for (const field of ["treasury", "operations"] as const)
    it(`refuses an account for ${field} that cannot hold shares`, async () => {
      const accounting = suite.accounting.connect(suite.admin);
      for (const receiver of [ZeroAddress, await suite.poolETH.getAddress()])
        await expect(accounting.setPolicy({ ...policy, [field]: receiver }))
          .to.be.revertedWithCustomError(accounting, "PolicyOutOfRange")
          .withArgs(encodeBytes32String(field), BigInt(receiver));
    });

  it("is for the administrator", async () => {
    await expect(suite.accounting.connect(suite.operator).setPolicy(policy))
      .to.be.revertedWithCustomError(suite.accounting, "CallerNotAuthorized")
      .withArgs(suite.operator.address, suite.accounting.interface.getFunction("setPolicy").selector);
  });

  it("comes with a clock that runs", async () => {
    const { ethers } = suite.chain;
    const factory = await ethers.getContractFactory("Accounting");
    const peers = [ZeroAddress, ZeroAddress, ZeroAddress, ZeroAddress] as const;
    await expect(factory.deploy(...peers, 0, 0, 7_200))
      .to.be.revertedWithCustomError(factory, "PolicyOutOfRange")
      .withArgs(encodeBytes32String("secondsPerSlot"), 0);
    await expect(factory.deploy(...peers, 0, 12, 0))
      .to.be.revertedWithCustomError(factory, "PolicyOutOfRange")
      .withArgs(encodeBytes32String("slotsPerFrame"), 0);
  });

  it("is set once at deployment", async () => {
    await expect(suite.accounting.initialize(policy)).to.be.revertedWithCustomError(
      suite.accounting,
      "InvalidInitialization",
    );
  });
});

describe("PoolManager.applyReport", () => {
  const scenario = useStakedPool();

  it("forwards a report, from anyone", async () => {
    const { suite, bob } = scenario();
    const due = await makeReport(suite, 100_000_000n);
    const signatures = await signReport(suite, due);

    await expect(suite.poolManager.connect(bob).applyReport({ ...due }, signatures))
      .to.emit(suite.accounting, "ReportProcessed")
      .withArgs(due.refSlot, 1_280n * GWEI + 100_000_000n, 0, ETHER / 10n, 0);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + ETHER / 10n);
  });

  it("passes on why a report is refused", async () => {
    const { suite } = scenario();
    const due = await makeReport(suite, 0n, { refSlot: 5n });
    await expect(suite.poolManager.applyReport({ ...due }, await signReport(suite, due)))
      .to.be.revertedWithCustomError(suite.accounting, "RefSlotNotOnFrame")
      .withArgs(5);
  });
});
