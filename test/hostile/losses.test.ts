import { expect } from "chai";

import {
  callOf,
  DAY,
  deployPool,
  ETHER,
  feesOf,
  POOLED,
  rebase,
  saveUp,
  takeSnapshot,
  takeOver,
  wait,
  YEAR,
  type HostilePool,
} from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const BILLION = 1_000_000_000n;
/** Seven of these periods make the window in which losses add up. */
const PERIOD = YEAR / 6n;
const MAX_LOSS = POOLED / 20n;
/** A larger loss shuts deposits. */
const SMALL_LOSS = POOLED / 200n;

describe("PoolETH.rebase with a loss that was not announced", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    await saveUp(pool);
    return pool;
  });

  it("I37 lowers the price by 5 %, and by not one wei more", async () => {
    await expect(rebase(pool, POOLED - MAX_LOSS - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(MAX_LOSS + 1n, MAX_LOSS);
    await rebase(pool, POOLED - MAX_LOSS);

    await expect(rebase(pool, POOLED - MAX_LOSS - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(1n, 0n);
  });

  it("counts small losses of one transaction together", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    const pieces = await Promise.all([1n, 2n, 3n, 4n, 5n].map(async (n) => rebaseCall(POOLED - (n * POOLED) / 100n)));

    // Each is counted as a fraction of what the one before left.
    await expect(hostile.execute(pieces)).to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit");
    await hostile.execute(pieces.slice(0, 4));
    await expect(rebase(pool, POOLED - MAX_LOSS)).to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit");
  });

  it("does not forget a loss that was taken back", async () => {
    await rebase(pool, POOLED - MAX_LOSS);
    await rebase(pool, POOLED);

    await expect(rebase(pool, POOLED - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(1n, 0n);
  });

  it("I37 allows nothing more on day 364, nor after exactly 365 days", async () => {
    const start = await endOfPeriod();
    await rebaseAt(start, POOLED - MAX_LOSS);
    const left = POOLED - MAX_LOSS;

    for (const at of [start + 364n * DAY, start + YEAR])
      await expect(rebaseAt(at, left - 1n))
        .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
        .withArgs(1n, 0n);
    await rebaseAt(start + YEAR + 1n, left - left / 20n);
  });

  it("remembers a loss from the beginning of a period for seven periods", async () => {
    const start = (await endOfPeriod()) + 1n;
    await rebaseAt(start, POOLED - MAX_LOSS);
    const left = POOLED - MAX_LOSS;

    await expect(rebaseAt(start + 7n * PERIOD - 1n, left - 1n)).to.be.revertedWithCustomError(
      pool.poolETH,
      "LossAboveLimit",
    );
    await rebaseAt(start + 7n * PERIOD, left - 1n);
  });

  it("forgets each loss in its own time", async () => {
    const start = await endOfPeriod();
    await rebaseAt(start, POOLED - (POOLED * 3n) / 100n);
    const second = start + 3n * PERIOD;
    const before = POOLED - (POOLED * 3n) / 100n;
    await rebaseAt(second, before - before / 50n);
    const left = before - before / 50n;

    await expect(rebaseAt(start + YEAR, left - BILLION)).to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit");
    const freed = (left * 30_000_000n) / BILLION;
    await expect(rebaseAt(start + YEAR + 1n, left - freed - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(freed + 1n, freed);
    await rebaseAt(start + YEAR + 2n, left - freed);
  });

  it("rounds what a loss spends up to a billionth", async () => {
    await rebase(pool, POOLED - 1n);
    const left = ((POOLED - 1n) * 49_999_999n) / BILLION;

    await expect(rebase(pool, POOLED - 2n - left))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(left + 1n, left);
  });

  it("leaves deposits open after a loss of exactly 0.5 %, and shuts them after one wei more", async () => {
    const again = await takeSnapshot(pool);
    await rebase(pool, POOLED - SMALL_LOSS);
    await deposit();
    await again();

    await rebase(pool, POOLED - SMALL_LOSS - 1n);
    await expect(deposit())
      .to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss")
      .withArgs(0n, await pool.poolETH.lastRebase());
  });

  it("adds small losses of one transaction up to a large one", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    const pieces = await Promise.all([1n, 2n, 3n].map(async (n) => rebaseCall(POOLED - (n * SMALL_LOSS) / 2n)));

    await hostile.execute(pieces.slice(0, 2));
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(0n);
    await hostile.execute(pieces.slice(2));
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(await pool.poolETH.lastRebase());
    await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss");
  });

  it("adds small losses up for 14 days", async () => {
    const first = (await pool.poolETH.lastRebase()) + DAY;
    await rebaseAt(first, POOLED - SMALL_LOSS);
    const again = await takeSnapshot(pool);

    await rebaseAt(first + 14n * DAY, POOLED - SMALL_LOSS - ETHER);
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(first + 14n * DAY);
    await again();
    await rebaseAt(first + 14n * DAY + 1n, POOLED - SMALL_LOSS - ETHER);
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(0n);
  });

  it("shuts redemptions for three days after each of at most nine large losses", async () => {
    let total = POOLED;
    let count = 0;
    for (; count < 9; count++) {
      total -= total / 200n + 2n * (total / BILLION);
      await rebase(pool, total);
      expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(await pool.poolETH.lastRebase());
      await wait(pool, 3n * DAY + 1n);
    }
    await expect(rebase(pool, total - total / 200n - 2n * (total / BILLION))).to.be.revertedWithCustomError(
      pool.poolETH,
      "LossAboveLimit",
    );
  });

  it("H26 leaves the locked shares when everybody has redeemed, and what follows is shared at their price", async () => {
    const shares = await pool.poolETH.sharesOf(pool.alice.address);
    await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, shares);
    await pool.poolETH.connect(pool.asQueue).payForShares(shares);
    expect(await pool.poolETH.totalShares()).to.equal(BILLION);
    expect(await pool.poolETH.totalPooledEther()).to.equal(BILLION);
    const { maxGain } = await pool.poolETH.rebaseState();
    expect(maxGain).to.equal(8_219_178n);
    await rebase(pool, BILLION + maxGain);

    await deposit(ETHER);
    expect(await pool.poolETH.balanceOf(pool.attacker.address)).to.be.within(ETHER - 2n, ETHER);
  });

  it("H27 lifts the price by rounding alone when shares are burned", async () => {
    await rebase(pool, POOLED + 7n * ETHER + 3n);
    const [sharesBefore, etherBefore] = [await pool.poolETH.totalShares(), await pool.poolETH.totalPooledEther()];
    const shares = 1_234_567_890_123_456_789n;
    await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, shares);
    await pool.poolETH.connect(pool.asQueue).payForShares(shares);
    const [sharesAfter, etherAfter] = [await pool.poolETH.totalShares(), await pool.poolETH.totalPooledEther()];

    expect(etherAfter * sharesBefore).to.be.at.least(etherBefore * sharesAfter);
    expect(etherAfter * sharesBefore).to.be.at.most(etherBefore * sharesAfter + sharesBefore + sharesAfter);
  });

  async function deposit(value = ETHER) {
    return pool.poolETH.connect(pool.attacker).deposit(pool.attacker.address, pool.attacker.address, { value });
  }

  async function rebaseCall(total: bigint) {
    return callOf(
      pool,
      pool.poolETH,
      pool.poolETH.interface.encodeFunctionData("rebase", [total, feesOf(pool, {}), 0n]),
    );
  }

  async function rebaseAt(timestamp: bigint, total: bigint) {
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return rebase(pool, total);
  }

  /** The last second of the next period. */
  async function endOfPeriod(): Promise<bigint> {
    return ((await pool.poolETH.lastRebase()) / PERIOD + 1n) * PERIOD + PERIOD - 1n;
  }
});
