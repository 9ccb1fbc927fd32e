import { expect } from "chai";

import {
  callOf,
  DAY,
  deployPool,
  ETHER,
  feesOf,
  POOLED,
  RAY,
  rebase,
  saveUp,
  takeOver,
  wait,
  YEAR,
  type Charge,
  type HostilePool,
} from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const FRACTION = 10n ** 11n;
const COSTS_PER_YEAR = FRACTION / 500n;
const SAVED_COSTS = (COSTS_PER_YEAR * 30n) / 365n;

describe("PoolETH.rebase with fees", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    await saveUp(pool);
    return pool;
  });

  it("I19 charges 20 % of a gain, and not one wei more", async () => {
    const [gain, fee] = [50n * ETHER, 10n * ETHER];

    await expect(rebase(pool, POOLED + gain, { fee: fee + 1n }))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(fee + 1n, fee);
    await rebase(pool, POOLED + gain, { fee });

    expect(await pool.poolETH.balanceOf(pool.treasury.address)).to.be.within(fee - 2n, fee);
  });

  it("I19 charges the fee on what the running costs leave", async () => {
    const [gain, costs] = [50n * ETHER, ETHER];
    const fee = (gain - costs) / 5n;

    await expect(rebase(pool, POOLED + gain, { costs, fee: fee + 1n }))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(fee + 1n, fee);
    await rebase(pool, POOLED + gain, { costs, fee });
  });

  it("H28 mints nothing for a fee that is worth less than one share", async () => {
    await rebase(pool, POOLED + 50n * ETHER);
    const shares = await pool.poolETH.totalShares();

    const charged = rebase(pool, POOLED + 50n * ETHER + 10n, { fee: 1n });

    await expect(charged).to.not.emit(pool.poolETH, "Transfer");
    expect(await pool.poolETH.totalShares()).to.equal(shares);
    expect(await pool.poolETH.sharesOf(pool.treasury.address)).to.equal(0n);
  });

  it("H28 mints shares that are worth what is charged, less two wei at most", async () => {
    const [treasury, operations] = [pool.treasury.address, pool.operations.address];
    let costsCharged = 0n;
    for (const [gain, feePercent, costs] of [
      [1n, 20n, 1n],
      [1_000_000_007n, 13n, 3n],
      [7n * ETHER + 1n, 20n, ETHER / 3n],
      [29n * ETHER + 12_345n, 1n, 0n],
    ] as const) {
      const { pooledEther, highWaterRateRay, totalShares } = await pool.poolETH.rebaseState();
      const highest = (highWaterRateRay * totalShares + RAY - 1n) / RAY;
      const lift = pooledEther + gain - costs - highest;
      const fee = ((lift > 0n ? lift : 0n) * feePercent) / 100n;
      const [shareOfTreasury, shareOfOperations] = await Promise.all(
        [treasury, operations].map(async (account) => pool.poolETH.sharesOf(account)),
      );
      await rebase(pool, pooledEther + gain, { fee, costs });
      costsCharged += costs;

      const feeShares = (await pool.poolETH.sharesOf(treasury)) - (shareOfTreasury ?? 0n);
      const costsShares = (await pool.poolETH.sharesOf(operations)) - (shareOfOperations ?? 0n);
      expect(await pool.poolETH.toEtherUp(feeShares), `fee on ${gain}`).to.be.within(fee > 2n ? fee - 2n : 0n, fee);
      expect(await pool.poolETH.toEtherUp(costsShares), `costs of ${gain}`).to.be.within(
        costs > 2n ? costs - 2n : 0n,
        costs,
      );
    }
    expect(await pool.poolETH.balanceOf(operations)).to.be.at.least(costsCharged - 8n);
  });

  it("H29 charges nothing for earning a loss back", async () => {
    await rebase(pool, POOLED - 40n * ETHER);

    await expect(rebase(pool, POOLED, { fee: 1n }))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(1n, 0n);
    await expect(rebase(pool, POOLED + 10n * ETHER, { fee: 2n * ETHER + 1n }))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(2n * ETHER + 1n, 2n * ETHER);
    await rebase(pool, POOLED + 10n * ETHER, { fee: 2n * ETHER });
  });

  it("H29 charges nothing for gains and losses that take turns", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const down = POOLED - 10n * ETHER;
    const turns = [down, POOLED, down, POOLED, down, POOLED];
    const calls = await Promise.all(turns.map(async (total) => rebaseCall(total)));

    await expect(hostile.execute([...calls.slice(0, 5), await rebaseCall(POOLED, { fee: 1n })]))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(1n, 0n);
    await hostile.execute(calls);
    expect(await pool.poolETH.totalShares()).to.equal(POOLED);
  });

  it("I19 charges a gain once, however often a transaction reports it", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const [gain, fee] = [50n * ETHER, 10n * ETHER];
    const charged = await rebaseCall(POOLED + gain, { fee });

    // The high-water mark is kept to 1e-27, which leaves a few wei of rounding.
    await expect(hostile.execute([charged, await rebaseCall(POOLED + gain, { fee: 100n })]))
      .to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit")
      .withArgs(100n, 0n);
    const piece = gain / 10n;
    const pieces = Array.from({ length: 10 }, async (_, i) =>
      rebaseCall(POOLED + piece * BigInt(i + 1), { fee: piece / 5n - 10n }),
    );
    await hostile.execute(await Promise.all(pieces));
    // The shares of earlier pieces earn in the later ones.
    expect(await pool.poolETH.balanceOf(pool.treasury.address)).to.be.within(fee - 200n, fee + fee / 200n);
  });

  it("charges 30 days of running costs, and not one wei more", async () => {
    const costs = (SAVED_COSTS * POOLED) / FRACTION;
    expect((await pool.poolETH.rebaseState()).maxCosts).to.equal(costs);

    await expect(rebase(pool, POOLED, { costs: costs + 1n }))
      .to.be.revertedWithCustomError(pool.poolETH, "CostsAboveLimit")
      .withArgs(costs + 1n, costs);
    await rebase(pool, POOLED, { costs });
    expect(await pool.poolETH.balanceOf(pool.operations.address)).to.be.within(costs - 2n, costs);
  });

  it("charges running costs once, however often a transaction asks for them", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    await saveUp(pool);
    const costs = (SAVED_COSTS * POOLED) / FRACTION;

    await expect(hostile.execute([await rebaseCall(POOLED, { costs }), await rebaseCall(POOLED, { costs: 1n })]))
      .to.be.revertedWithCustomError(pool.poolETH, "CostsAboveLimit")
      .withArgs(1n, 0n);
  });

  it("I7 lets running costs alone lower the price, by 0.2 % a year and what was saved", async () => {
    const rate = await pool.poolETH.shareRateRay();
    for (let month = 0; month <= 12; month++) {
      const { pooledEther, maxCosts } = await pool.poolETH.rebaseState();
      await rebase(pool, pooledEther, { costs: maxCosts });
      await wait(pool, 30n * DAY);
      await pool.chain.networkHelpers.mine();
    }

    // 13 * 30 / 365 of 0.2 % is 0.2137 %.
    const left = ((await pool.poolETH.shareRateRay()) * 1_000_000n) / rate;
    expect(left).to.be.within(997_863n, 997_867n);
  });

  it("saves running costs up by the second", async () => {
    await rebase(pool, POOLED, { costs: (SAVED_COSTS * POOLED) / FRACTION });
    await wait(pool, 1_000_000n);
    const allowed = (((COSTS_PER_YEAR * 1_000_000n) / YEAR) * POOLED) / FRACTION;

    await expect(rebase(pool, POOLED, { costs: allowed + ETHER }))
      .to.be.revertedWithCustomError(pool.poolETH, "CostsAboveLimit")
      .withArgs(allowed + ETHER, allowed);
  });

  it("mints no fee to nobody and none to the pool", async () => {
    for (const receiver of ["0x0000000000000000000000000000000000000000", await pool.poolETH.getAddress()])
      for (const charge of [
        { fee: ETHER, treasury: receiver },
        { costs: ETHER, operations: receiver },
      ])
        await expect(rebase(pool, POOLED + 50n * ETHER, charge))
          .to.be.revertedWithCustomError(pool.poolETH, "ERC20InvalidReceiver")
          .withArgs(receiver);
  });

  it("gives an attacker in the treasury's place 0.178 % of the pool at once", async () => {
    const { maxGain, maxCosts } = await pool.poolETH.rebaseState();
    const thief = pool.attacker.address;
    const fee = (maxGain - maxCosts) / 5n;

    await expect(
      rebase(pool, POOLED + maxGain, { fee: fee + 1n, costs: maxCosts, treasury: thief, operations: thief }),
    ).to.be.revertedWithCustomError(pool.poolETH, "FeeAboveLimit");
    await rebase(pool, POOLED + maxGain, { fee, costs: maxCosts, treasury: thief, operations: thief });

    const taken = ((await pool.poolETH.balanceOf(thief)) * 1_000_000n) / POOLED;
    expect(taken).to.equal(1_775n);
  });

  it("gives an attacker in the treasury's place less than 2.4 % of the pool in a year", async () => {
    const thief = pool.attacker.address;
    for (let month = 0; month <= 12; month++) {
      const { pooledEther, maxGain, maxCosts, highWaterRateRay, totalShares } = await pool.poolETH.rebaseState();
      const highest = (highWaterRateRay * totalShares + RAY - 1n) / RAY;
      const fee = (pooledEther + maxGain - maxCosts - highest) / 5n;
      await rebase(pool, pooledEther + maxGain, { fee, costs: maxCosts, treasury: thief, operations: thief });
      await wait(pool, 30n * DAY);
      await pool.chain.networkHelpers.mine();
    }

    const taken = ((await pool.poolETH.balanceOf(thief)) * 100_000n) / (await pool.poolETH.totalPooledEther());
    expect(taken).to.be.within(2_200n, 2_400n);
  });

  async function rebaseCall(total: bigint, charge: Charge = {}) {
    return callOf(
      pool,
      pool.poolETH,
      pool.poolETH.interface.encodeFunctionData("rebase", [total, feesOf(pool, charge), 0n]),
    );
  }
});
