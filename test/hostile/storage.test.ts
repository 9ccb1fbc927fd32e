import { expect } from "chai";

import { AccountingNextMock__factory } from "../../typechain-types/index.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { DAY, deployPool, ETHER, POOLED, wait, type HostilePool } from "../helpers/hostile.ts";
import { applyReport, makeReport } from "../helpers/report.ts";

const MILLION_GWEI = 1_000_000n;

describe("An upgrade of Accounting in the middle of operation", () => {
  let pool: HostilePool;

  before(async () => {
    pool = await deployPool();
    const ceremony = await makeCeremony(pool, 4);
    const batchId = await registerCeremony(pool, ceremony);
    await activate(pool, ceremony, batchId, 0, 2);
    await applyReport(pool, await makeReport(pool, MILLION_GWEI));
    // Neither the next two validators nor the rewards in the vault are reported yet.
    await activate(pool, ceremony, batchId, 2, 4);
    await pool.deployer.sendTransaction({ to: pool.rewardsVault, value: ETHER });
  });

  it("H69 keeps all fields, and adds one", async () => {
    const { accounting, admin } = pool;
    const before = [await accounting.lastReport(), await accounting.policy(), await accounting.bufferedEther()];
    const constants = await Promise.all([
      accounting.AUTHORITY(),
      accounting.POOL_ETH(),
      accounting.WITHDRAWAL_VAULT(),
      accounting.REWARDS_VAULT(),
      accounting.GENESIS_TIME(),
      accounting.SECONDS_PER_SLOT(),
      accounting.SLOTS_PER_FRAME(),
    ]);
    const next = await new AccountingNextMock__factory(pool.deployer).deploy(...constants);
    const call = next.interface.encodeFunctionData("initializeNext", [77n]);

    await accounting.connect(admin).announceUpgrade(next, call);
    await wait(pool, 7n * DAY);
    await accounting.connect(admin).upgradeToAndCall(next, call);

    const upgraded = AccountingNextMock__factory.connect(await accounting.getAddress(), pool.deployer);
    expect(await upgraded.added()).to.equal(77n);
    expect([await upgraded.lastReport(), await upgraded.policy(), await upgraded.bufferedEther()]).to.deep.equal(
      before,
    );
    await expect(upgraded.initializeNext(78n)).to.be.revertedWithCustomError(upgraded, "InvalidInitialization");
    await expect(next.initializeNext(78n)).to.be.revertedWithCustomError(next, "InvalidInitialization");
  });

  it("H47 counts what was unreported, and each later reward, once in three reports after it", async () => {
    const gwei = 1_000_000_000n;
    let expected = await pool.poolETH.totalPooledEther();
    const feeShares = await pool.poolETH.sharesOf(pool.treasury.address);
    for (const [clRewards, vaultRewards] of [
      [0n, ETHER],
      [2n * MILLION_GWEI, 0n],
      [3n * MILLION_GWEI, 0n],
    ] as const) {
      await applyReport(pool, await makeReport(pool, clRewards));
      expected += clRewards * gwei + vaultRewards;
      expect(await pool.poolETH.totalPooledEther()).to.equal(expected);
    }

    expect(await pool.poolETH.sharesOf(pool.treasury.address)).to.be.greaterThan(feeShares);
    expect(await pool.accounting.bufferedEther()).to.equal(POOLED - 128n * ETHER + ETHER);
    const upgraded = AccountingNextMock__factory.connect(await pool.accounting.getAddress(), pool.deployer);
    expect(await upgraded.added()).to.equal(77n);
  });
});

describe("A new deployment of Accounting", () => {
  it("H47 counts each reward once in its first three reports", async () => {
    const pool = await deployPool();
    const ceremony = await makeCeremony(pool, 1);
    await activate(pool, ceremony, await registerCeremony(pool, ceremony), 0, 1);
    let expected = POOLED;
    for (const rewards of [0n, MILLION_GWEI, 2n * MILLION_GWEI]) {
      await applyReport(pool, await makeReport(pool, rewards));
      expected += rewards * 1_000_000_000n;
      expect(await pool.poolETH.totalPooledEther()).to.equal(expected);
      expect(await pool.accounting.bufferedEther()).to.equal(POOLED - 32n * ETHER);
    }
  });
});
