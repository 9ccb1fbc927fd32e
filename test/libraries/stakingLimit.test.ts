import { expect } from "chai";

import { approveKeys, foreignKeys } from "../helpers/foreignKeys.ts";
import { deployPool, ETHER, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const STAKE = 32n * ETHER;
const PERIOD = 4n * 3_600n;

describe("StakingLimit", () => {
  let pool: HostilePool;
  /** The beginning of a period. */
  let start: bigint;
  useSuite(async () => {
    pool = await deployPool();
    start = (BigInt(await pool.chain.networkHelpers.time.latest()) / PERIOD + 2n) * PERIOD;
    return pool;
  });

  it("allows 1,600 ETH, whatever the pool is worth below 16,000", async () => {
    expect(await pool.poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
  });

  it("allows 10 % of what the pool is worth above", async () => {
    const { poolETH, alice } = pool;
    await poolETH.connect(alice).deposit(alice.address, alice.address, { value: 6_000n * ETHER - 1_000_000_000n });
    expect(await poolETH.totalPooledEther()).to.equal(16_000n * ETHER);
    expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
    await poolETH.connect(alice).deposit(alice.address, alice.address, { value: ETHER });
    expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER + ETHER / 10n);
  });

  it("remembers what was staked in the first second of a period for 28 hours", async () => {
    await stakeAt(start, 10, 1);
    await expectAllowanceAt(start + 28n * 3_600n - 1n, 1_600n * ETHER - 10n * STAKE);
    await expectAllowanceAt(start + 28n * 3_600n, 1_600n * ETHER);
  });

  it("remembers what was staked in the last second of a period for 24 hours", async () => {
    const last = start + PERIOD - 1n;
    await stakeAt(last, 10, 1);
    await expectAllowanceAt(last + 24n * 3_600n, 1_600n * ETHER - 10n * STAKE);
    await expectAllowanceAt(last + 24n * 3_600n + 1n, 1_600n * ETHER);
  });

  it("forgets each period in its own time", async () => {
    for (let period = 0n; period < 7n; period++) await stakeAt(start + period * PERIOD, 1, Number(period) + 1);
    await expectAllowanceAt(start + 7n * PERIOD - 1n, 1_600n * ETHER - 7n * STAKE);
    for (let forgotten = 1n; forgotten <= 7n; forgotten++)
      await expectAllowanceAt(start + (6n + forgotten) * PERIOD, 1_600n * ETHER - (7n - forgotten) * STAKE);
  });

  it("counts ether that is not whole as one more", async () => {
    const keys = await foreignKeys(pool, 1, 1, 32_000_000_001n);
    const { guard, approvals } = await approveKeys(pool, keys);
    await pool.poolETH.connect(pool.asPoolManager).stake(keys, 1, guard, approvals);
    expect(await pool.poolETH.totalStaked()).to.equal(STAKE + 1_000_000_000n);
    expect(await pool.poolETH.stakingAllowance()).to.equal(1_600n * ETHER - 33n * ETHER);

    const rest = await foreignKeys(pool, 1, 2, 1_567_000_000_001n);
    const approved = await approveKeys(pool, rest);
    await expect(pool.poolETH.connect(pool.asPoolManager).stake(rest, 1, approved.guard, approved.approvals))
      .to.be.revertedWithCustomError(pool.poolETH, "StakingLimitExceeded")
      .withArgs(1_567n * ETHER + 1_000_000_000n, 1_567n * ETHER);
  });

  it("allows nothing below zero when the pool shrinks", async () => {
    const { poolETH, alice, asQueue } = pool;
    await poolETH.connect(alice).deposit(alice.address, alice.address, { value: 10_000n * ETHER });
    await stakeAt(start, 62, 1);
    await poolETH.connect(asQueue).lockShares(alice.address, 10_000n * ETHER);
    await poolETH.connect(asQueue).payForShares(10_000n * ETHER);

    expect(await poolETH.stakingAllowance()).to.equal(0n);
    await expect(stakeAt(start + 100n, 1, 2))
      .to.be.revertedWithCustomError(poolETH, "StakingLimitExceeded")
      .withArgs(STAKE, 0n);
  });

  async function stakeAt(timestamp: bigint, count: number, seed: number) {
    const keys = await foreignKeys(pool, count, seed);
    const { guard, approvals } = await approveKeys(pool, keys, pool.members.slice(0, 3), 1_000_000n);
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return pool.poolETH.connect(pool.asPoolManager).stake(keys, count, guard, approvals);
  }

  async function expectAllowanceAt(timestamp: bigint, allowance: bigint) {
    await pool.chain.networkHelpers.time.increaseTo(timestamp);
    expect(await pool.poolETH.stakingAllowance()).to.equal(allowance);
  }
});
