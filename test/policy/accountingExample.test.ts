import { parseEther } from "ethers";
import { expect } from "chai";

import { applyReport, makeReport } from "../helpers/report.ts";
import { DAY, ETHER, payVault, skipFrames, useStakedPool } from "./support/scenario.ts";

const HOUR = 3_600n;

/** The worked example of `docs/accounting.md`: whoever changes a figure here changes it there. */
describe("The worked example of the accounting", () => {
  const scenario = useStakedPool();

  interface Figures {
    readonly pooledEther: string;
    readonly deferredRewards: string;
    readonly bufferedEther: string;
    readonly clBalanceGwei: bigint;
    readonly shares: string;
    readonly treasuryShares: string;
    readonly operationsShares: string;
    readonly rateRay: bigint;
  }

  async function expectFigures(expected: Figures): Promise<void> {
    const { accounting, poolETH, treasury, operations } = scenario().suite;
    const last = await accounting.lastReport();
    expect({
      pooledEther: await poolETH.totalPooledEther(),
      deferredRewards: last.deferredRewards,
      bufferedEther: await accounting.bufferedEther(),
      clBalanceGwei: last.clBalanceGwei,
      shares: await poolETH.totalShares(),
      treasuryShares: await poolETH.sharesOf(treasury.address),
      operationsShares: await poolETH.sharesOf(operations.address),
      rateRay: await poolETH.shareRateRay(),
    }).to.deep.equal({
      pooledEther: parseEther(expected.pooledEther),
      deferredRewards: parseEther(expected.deferredRewards),
      bufferedEther: parseEther(expected.bufferedEther),
      clBalanceGwei: expected.clBalanceGwei,
      shares: parseEther(expected.shares),
      treasuryShares: parseEther(expected.treasuryShares),
      operationsShares: parseEther(expected.operationsShares),
      rateRay: expected.rateRay,
    });
  }

  it("I21 goes through rewards with an exit, a windfall, and a loss that the windfall bears", async () => {
    const { suite } = scenario();
    const { costsChargedAt } = await suite.accounting.lastReport();
    await skipFrames(scenario(), 5n);

    await payVault(scenario(), "withdrawalVault", 32n * ETHER);
    await payVault(scenario(), "rewardsVault", ETHER / 5n);
    const exit = await makeReport(suite, -31_200_000_000n, { activeKeys: 39n, exitedKeys: 1n });
    await suite.chain.networkHelpers.time.setNextBlockTimestamp(costsChargedAt + 7n * DAY + HOUR);
    await applyReport(suite, exit);
    await expectFigures({
      pooledEther: "1401.000000001",
      deferredRewards: "0",
      bufferedEther: "152.200000001",
      clBalanceGwei: 1_248_800_000_000n,
      shares: "1400.124230514721104713",
      treasuryShares: "0.09723826479423063",
      operationsShares: "0.026992248926874083",
      rateRay: 1_000_625_494_129_158_053_537_755_196n,
    });

    await payVault(scenario(), "rewardsVault", 3n * ETHER);
    await applyReport(suite, await makeReport(suite));
    await expectFigures({
      pooledEther: "1402.401000001001",
      deferredRewards: "1.598999999999",
      bufferedEther: "155.200000001",
      clBalanceGwei: 1_248_800_000_000n,
      shares: "1400.264117039899915893",
      treasuryShares: "0.23712478997304181",
      operationsShares: "0.026992248926874083",
      rateRay: 1_001_526_057_073_874_295_786_231_661n,
    });

    await applyReport(suite, await makeReport(suite, -1_200_000_000n));
    await expectFigures({
      pooledEther: "1402.800000001",
      deferredRewards: "0",
      bufferedEther: "155.200000001",
      clBalanceGwei: 1_247_600_000_000n,
      shares: "1400.303946044353145028",
      treasuryShares: "0.276953794426270945",
      operationsShares: "0.026992248926874083",
      rateRay: 1_001_782_508_692_986_140_528_540_876n,
    });
  });
});
