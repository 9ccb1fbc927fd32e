import { expect } from "chai";

import { applyReport, makeReport } from "../helpers/report.ts";
import { stakeKeys } from "../helpers/staking.ts";
import { deploySuite } from "../helpers/suite.ts";
import {
  BUFFERED,
  deposit,
  ETHER,
  forceEther,
  GWEI,
  payVault,
  POOLED,
  report,
  skipFrames,
  useStakedPool,
} from "./support/scenario.ts";

const STAKE = 32n * ETHER;
const STAKE_GWEI = 32n * GWEI;

describe("Accounting.applyReport: ether on its way", () => {
  const scenario = useStakedPool();

  async function expectBooks(pooledEther: bigint, buffered: bigint): Promise<void> {
    const { suite } = scenario();
    expect(await suite.poolETH.totalPooledEther()).to.equal(pooledEther);
    expect(await suite.accounting.bufferedEther()).to.equal(buffered);
    const last = await suite.accounting.lastReport();
    const unreported = (await suite.poolETH.totalStaked()) - last.stakedGwei * GWEI;
    expect(buffered + unreported + last.clBalanceGwei * GWEI).to.equal(pooledEther + last.deferredRewards);
  }

  async function collect(): Promise<void> {
    await scenario().suite.withdrawalVault.collect();
  }

  for (const moment of ["two reports later", "before the report", "after the report"])
    it(`H31 I11 counts an exit that is swept before a report once, collected ${moment}`, async () => {
      const { suite } = scenario();
      // At the reference slot the exited validator still holds its 32 ETH.
      const seen = await makeReport(suite, 0n, { activeKeys: 39n, exitingKeys: 1n });
      await payVault(scenario(), "withdrawalVault", STAKE);
      if (moment === "before the report") await collect();
      await applyReport(suite, seen);
      await expectBooks(POOLED, BUFFERED);
      if (moment === "after the report") await collect();

      await report(scenario(), -STAKE_GWEI, { activeKeys: 39n, exitedKeys: 1n });
      await expectBooks(POOLED, BUFFERED + STAKE);
      await collect();
      await report(scenario());
      await expectBooks(POOLED, BUFFERED + STAKE);
      await expect(suite.accounting.skim()).to.be.revertedWithCustomError(suite.accounting, "NothingToSkim");
    });

  it("H31 counts an exit that is swept and collected before the reference slot once", async () => {
    await payVault(scenario(), "withdrawalVault", STAKE);
    await collect();
    await expectBooks(POOLED, BUFFERED);
    await report(scenario(), -STAKE_GWEI, { activeKeys: 39n, exitedKeys: 1n });
    await expectBooks(POOLED, BUFFERED + STAKE);
  });

  it("H32 I20 counts stake once, sent before, at or after the reference slot", async () => {
    const { suite } = scenario();
    await stakeKeys(suite, 1);
    await expectBooks(POOLED, BUFFERED - STAKE);

    const seen = await makeReport(suite);
    await stakeKeys(suite, 1);
    await applyReport(suite, seen);
    await expectBooks(POOLED, BUFFERED - 2n * STAKE);
    expect((await suite.accounting.lastReport()).clBalanceGwei).to.equal(41n * STAKE_GWEI);

    await stakeKeys(suite, 1);
    await report(scenario());
    await expectBooks(POOLED, BUFFERED - 3n * STAKE);
    expect((await suite.accounting.lastReport()).clBalanceGwei).to.equal(43n * STAKE_GWEI);
  });

  it("H32 counts stake that still waits in the queue of deposits", async () => {
    const { suite } = scenario();
    await stakeKeys(suite, 1);
    await report(scenario(), 0n, { validatorsGwei: 40n * STAKE_GWEI, pendingGwei: STAKE_GWEI, activeKeys: 40n });
    await expectBooks(POOLED, BUFFERED - STAKE);
    await report(scenario());
    await expectBooks(POOLED, BUFFERED - STAKE);
  });

  it("H32 goes through two frames without a report, with deposits and stake in each", async () => {
    const { suite, bob } = scenario();
    for (let i = 0; i < 2; i++) {
      await stakeKeys(suite, 1);
      await deposit(scenario(), 10n * ETHER, bob);
      await skipFrames(scenario(), 1n);
    }
    await expectBooks(POOLED + 20n * ETHER, BUFFERED + 20n * ETHER - 2n * STAKE);
    await report(scenario(), 100_000_000n);
    await expectBooks(POOLED + 20n * ETHER + ETHER / 10n, BUFFERED + 20n * ETHER - 2n * STAKE);
  });

  it("H32 leaves out rewards that arrive after the reference slot until the next report", async () => {
    const { suite } = scenario();
    const seen = await makeReport(suite);
    await payVault(scenario(), "rewardsVault", ETHER / 10n);
    await suite.rewardsVault.collect();
    await applyReport(suite, seen);
    await expectBooks(POOLED, BUFFERED);
    await report(scenario());
    await expectBooks(POOLED + ETHER / 10n, BUFFERED + ETHER / 10n);
  });

  it("I12 holds at least the buffered ether in the pool and the vaults", async () => {
    const { suite } = scenario();
    await payVault(scenario(), "rewardsVault", ETHER / 10n);
    await report(scenario());
    const { provider } = suite.chain.ethers;
    const [inPool, inVault] = await Promise.all([
      provider.getBalance(await suite.poolETH.getAddress()),
      provider.getBalance(await suite.rewardsVault.getAddress()),
    ]);
    expect(await suite.accounting.bufferedEther()).to.equal(inPool + inVault);
    expect(inPool).to.equal(BUFFERED);
  });
});

describe("Accounting.skim", () => {
  const scenario = useStakedPool();

  it("H67 books ether that nobody deposited as rewards that wait", async () => {
    const { suite } = scenario();
    await forceEther(scenario(), 5n * ETHER);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED);

    await expect(suite.accounting.skim())
      .to.emit(suite.accounting, "Skimmed")
      .withArgs(5n * ETHER);
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED);
    expect((await suite.accounting.lastReport()).deferredRewards).to.equal(5n * ETHER);
    expect(await suite.accounting.bufferedEther()).to.equal(BUFFERED + 5n * ETHER);
    await skipFrames(scenario(), 9n);
    await report(scenario());
    expect(await suite.poolETH.totalPooledEther()).to.equal(POOLED + POOLED / 1_000n);
  });

  it("lets what it found be staked from the next report on, down to the Gwei that it fills", async () => {
    const { suite } = scenario();
    const found = 5n * ETHER + 1n;
    await forceEther(scenario(), found);
    await suite.accounting.skim();
    expect((await suite.poolETH.stakingState()).buffered).to.equal(BUFFERED);

    await report(scenario());
    expect(await suite.accounting.bufferedEther()).to.equal(BUFFERED + found);
    const released = (await suite.poolETH.totalPooledEther()) - POOLED;
    const deferred = found - released;
    const { buffered } = await suite.poolETH.stakingState();
    expect(buffered).to.equal(BUFFERED + released + deferred - (deferred % GWEI));
  });

  it("reverts when there is nothing, and takes nothing twice", async () => {
    const { suite } = scenario();
    await expect(suite.accounting.skim()).to.be.revertedWithCustomError(suite.accounting, "NothingToSkim").withArgs();
    await forceEther(scenario(), 1n);
    await suite.accounting.skim();
    await expect(suite.accounting.skim()).to.be.revertedWithCustomError(suite.accounting, "NothingToSkim").withArgs();
  });

  it("leaves what the vaults sent to the next report", async () => {
    const { suite } = scenario();
    await payVault(scenario(), "withdrawalVault", 3n * ETHER);
    await suite.withdrawalVault.collect();
    await expect(suite.accounting.skim()).to.be.revertedWithCustomError(suite.accounting, "NothingToSkim");
    await forceEther(scenario(), ETHER);
    await expect(suite.accounting.skim()).to.emit(suite.accounting, "Skimmed").withArgs(ETHER);
  });
});

describe("Accounting from its first report", () => {
  it("H47 starts a fresh pool from nothing, and misses no stake of before the first report", async () => {
    const suite = await deploySuite();
    await applyReport(suite, await makeReport(suite));
    expect(await suite.poolETH.totalPooledEther()).to.equal(GWEI);
    await suite.poolETH.deposit(suite.deployer.address, suite.chain.ethers.ZeroAddress, { value: 100n * ETHER });
    await stakeKeys(suite, 2);

    for (const rewards of [0n, 1_000_000n, 1_000_000n]) await applyReport(suite, await makeReport(suite, rewards));
    expect(await suite.poolETH.totalPooledEther()).to.equal(100n * ETHER + GWEI + 2n * 10n ** 15n);
    expect(await suite.accounting.bufferedEther()).to.equal(36n * ETHER + GWEI);
    expect((await suite.accounting.lastReport()).clBalanceGwei).to.equal(64n * GWEI + 2_000_000n);
  });
});
