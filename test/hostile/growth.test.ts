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

const FRACTION = 10n ** 11n;
const GROWTH_PER_YEAR = FRACTION / 10n;
/** Growth of 30 days, which is all that can be saved up. */
const SAVED = (GROWTH_PER_YEAR * 30n) / 365n;
const MAX_GAIN = (SAVED * POOLED) / FRACTION;

describe("PoolETH.rebase with a gain", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    return pool;
  });

  it("I37 lifts the price by 30 days of growth, and by not one wei more", async () => {
    await saveUp(pool);

    expect((await pool.poolETH.rebaseState()).maxGain).to.equal(MAX_GAIN);
    await expect(rebase(pool, POOLED + MAX_GAIN + 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(MAX_GAIN + 1n, MAX_GAIN);
    await rebase(pool, POOLED + MAX_GAIN);

    expect(await pool.poolETH.totalPooledEther()).to.equal(POOLED + MAX_GAIN);
  });

  it("saves no more than 30 days of growth in a year of silence", async () => {
    await wait(pool, YEAR);
    await expect(rebase(pool, POOLED + MAX_GAIN + 1n)).to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit");
    await rebase(pool, POOLED + MAX_GAIN);
  });

  it("saves growth up by the second", async () => {
    await saveUp(pool);
    await rebase(pool, POOLED + MAX_GAIN);
    const before = POOLED + MAX_GAIN;
    const allowed = (((GROWTH_PER_YEAR * 1_000n) / YEAR) * before) / FRACTION;

    const again = await takeSnapshot(pool);
    await wait(pool, 1_000n);
    await expect(rebase(pool, before + allowed + 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(allowed + 1n, allowed);
    await again();
    await wait(pool, 1_000n);
    await rebase(pool, before + allowed);
  });

  it("H46 allows the first rebase ever what the seconds since the deployment allow", async () => {
    const elapsed = 10n * DAY;
    const { time } = pool.chain.networkHelpers;
    const allowed = (((GROWTH_PER_YEAR * elapsed) / YEAR) * POOLED) / FRACTION;
    const at = (await pool.poolETH.lastRebase()) + elapsed;

    const again = await takeSnapshot(pool);
    await time.setNextBlockTimestamp(at);
    await expect(rebase(pool, POOLED + allowed + 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(allowed + 1n, allowed);
    await again();
    await time.setNextBlockTimestamp(at);
    await rebase(pool, POOLED + allowed);
  });

  it("H46 gives the second of two rebases in one block nothing", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const first = await rebaseCall(POOLED + MAX_GAIN);

    await expect(hostile.execute([first, await rebaseCall(POOLED + MAX_GAIN + 1n)]))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(1n, 0n);
    await hostile.execute([first, await rebaseCall(POOLED + MAX_GAIN)]);
    expect(await pool.poolETH.totalPooledEther()).to.equal(POOLED + MAX_GAIN);
  });

  it("I37 gives one gain in pieces no more than at once", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const piece = MAX_GAIN / 10n;
    const pieces = await Promise.all(Array.from({ length: 11 }, (_, i) => rebaseCall(POOLED + piece * BigInt(i + 1))));

    await expect(hostile.execute(pieces)).to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit");
    await hostile.execute(pieces.slice(0, 9));
  });

  it("does not give growth back for a loss", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const lost = POOLED + MAX_GAIN - 40n * ETHER;

    await expect(
      hostile.execute([
        await rebaseCall(POOLED + MAX_GAIN),
        await rebaseCall(lost),
        await rebaseCall(POOLED + MAX_GAIN),
      ]),
    )
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(40n * ETHER, 0n);
  });

  it("H43 lifts the price no further when a deposit comes in the same transaction", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const [deposited, rate] = [20_000n * ETHER, await pool.poolETH.shareRateRay()];
    const together = POOLED + deposited;
    const maxGain = (SAVED * together) / FRACTION;
    const deposit = await callOf(
      pool,
      pool.poolETH,
      pool.poolETH.interface.encodeFunctionData("deposit", [pool.attacker.address, pool.attacker.address]),
      deposited,
    );
    await pool.chain.networkHelpers.setBalance(await hostile.getAddress(), deposited);

    await expect(hostile.execute([deposit, await rebaseCall(together + maxGain + 1n)])).to.be.revertedWithCustomError(
      pool.poolETH,
      "GainAboveLimit",
    );
    await hostile.execute([deposit, await rebaseCall(together + maxGain)]);
    expect(await pool.poolETH.shareRateRay()).to.be.at.most((rate * (FRACTION + SAVED)) / FRACTION);
  });

  it("I37 lifts the price in a year by the growth saved before and 10 %, compounded", async () => {
    await saveUp(pool);
    const rate = await pool.poolETH.shareRateRay();
    for (let month = 0; month <= 12; month++) {
      const { pooledEther, maxGain } = await pool.poolETH.rebaseState();
      await rebase(pool, pooledEther + maxGain);
      await wait(pool, 30n * DAY);
      await pool.chain.networkHelpers.mine();
    }

    // 12 months of 30 days and 30 days saved: 13 * 30 / 365 of 10 %, compounded.
    const growth = ((await pool.poolETH.shareRateRay()) * 1_000_000n) / rate;
    expect(growth).to.be.within(1_112_000n, 1_112_800n);
  });

  it("refuses totals of zero and beyond 96 bits", async () => {
    for (const total of [0n, 2n ** 96n])
      await expect(rebase(pool, total))
        .to.be.revertedWithCustomError(pool.poolETH, "PooledEtherOutOfRange")
        .withArgs(total);
  });

  it("obeys nobody but the accounting", async () => {
    for (const caller of [pool.attacker, pool.admin, pool.asPoolManager, pool.asQueue])
      await expect(pool.poolETH.connect(caller).rebase(POOLED, feesOf(pool, {}), 0n))
        .to.be.revertedWithCustomError(pool.poolETH, "CallerNotPeer")
        .withArgs(caller.address, await pool.accounting.getAddress());
  });

  async function rebaseCall(total: bigint) {
    return callOf(
      pool,
      pool.poolETH,
      pool.poolETH.interface.encodeFunctionData("rebase", [total, feesOf(pool, {}), 0n]),
    );
  }
});
