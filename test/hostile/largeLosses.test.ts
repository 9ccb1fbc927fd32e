import { expect } from "chai";

import { ZERO_ADDRESS } from "../helpers/accounts.ts";
import {
  DAY,
  deployPool,
  ETHER,
  POOLED,
  rebase,
  saveUp,
  takeSnapshot,
  wait,
  type HostilePool,
} from "../helpers/hostile.ts";

const FRACTION = 10n ** 11n;
const SAVED = ((FRACTION / 10n) * 30n) / 365n;
const CRUSHED = POOLED - POOLED / 25n;

describe("A large loss that PoolETH booked", () => {
  let pool: HostilePool;
  let bookedAt: bigint;
  let restore: () => Promise<void>;

  before(async () => {
    pool = await deployPool();
    await saveUp(pool);
    await rebase(pool, CRUSHED);
    bookedAt = await pool.poolETH.lastRebase();
    restore = await takeSnapshot(pool);
  });

  beforeEach(async () => {
    await restore();
  });

  it("shuts deposits at the crushed price for 14 days", async () => {
    for (const at of [bookedAt + 1n, bookedAt + 14n * DAY])
      await expect(depositAt(at)).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss").withArgs(0n, bookedAt);
    await confirmRebase(bookedAt + 14n * DAY + 1n);
    await depositAt(bookedAt + 14n * DAY + 2n);
  });

  it("shuts redemptions for three days", async () => {
    await expect(redeemAt(bookedAt + 3n * DAY))
      .to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss")
      .withArgs(0n, bookedAt);
    await expect(redeemAt(bookedAt + 3n * DAY + 1n))
      .to.emit(pool.poolETH, "Transfer")
      .withArgs(pool.asQueue.address, ZERO_ADDRESS, (ETHER * CRUSHED) / POOLED);
  });

  it("I37 is taken back up to the price before it, and growth lifts the price from there", async () => {
    const { restorable, maxGain } = await pool.poolETH.rebaseState();
    expect(restorable).to.equal(POOLED - CRUSHED);
    expect(maxGain).to.equal(restorable + (SAVED * CRUSHED) / FRACTION);

    await expect(rebase(pool, CRUSHED + maxGain + 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(maxGain + 1n - restorable, maxGain - restorable);
    await rebase(pool, CRUSHED + maxGain);
    expect((await pool.poolETH.rebaseState()).restorable).to.equal(0n);
    await depositAt(bookedAt + 100n);
  });

  it("costs no growth to take back, and opens deposits when all of it is", async () => {
    await rebase(pool, POOLED - 1n);
    expect((await pool.poolETH.rebaseState()).restorable).to.equal(1n);
    await expect(depositAt(bookedAt + 100n)).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss");
    await rebase(pool, POOLED);

    expect((await pool.poolETH.rebaseState()).maxGain).to.equal((SAVED * POOLED) / FRACTION);
    await depositAt(bookedAt + 200n);
  });

  it("is taken back within 14 days, and never after", async () => {
    await wait(pool, bookedAt + 14n * DAY - BigInt(await pool.chain.networkHelpers.time.latest()));
    await rebase(pool, POOLED);
    await restore();

    await pool.chain.networkHelpers.time.setNextBlockTimestamp(bookedAt + 14n * DAY + 1n);
    const allowed = (SAVED * CRUSHED) / FRACTION;
    await expect(rebase(pool, POOLED))
      .to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit")
      .withArgs(POOLED - CRUSHED, allowed);
    await pool.chain.networkHelpers.mine();
    const { maxGain, restorable } = await pool.poolETH.rebaseState();
    expect([maxGain, restorable]).to.deep.equal([allowed, 0n]);
    await rebase(pool, CRUSHED + allowed);
  });

  it("gives back at the same rate when shares were redeemed between", async () => {
    await redeemAt(bookedAt + 3n * DAY + 1n);
    const shares = await pool.poolETH.totalShares();
    const { restorable, pooledEther } = await pool.poolETH.rebaseState();

    expect(pooledEther + restorable).to.equal(shares);
    await rebase(pool, pooledEther + restorable);
    expect(await pool.poolETH.shareRateRay()).to.equal(10n ** 27n);
  });

  it("is made longer by another large loss, and not by small ones", async () => {
    await wait(pool, DAY);
    await rebase(pool, CRUSHED - CRUSHED / 200n);
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(bookedAt);
    await wait(pool, DAY);
    await rebase(pool, CRUSHED - CRUSHED / 200n - ETHER);

    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(await pool.poolETH.lastRebase());
    expect((await pool.poolETH.rebaseState()).restorable).to.equal(POOLED / 25n + CRUSHED / 200n + ETHER);
  });

  it("is measured from the price that was given back before", async () => {
    await rebase(pool, CRUSHED + 150n * ETHER);
    await wait(pool, DAY);
    await rebase(pool, CRUSHED + 90n * ETHER);

    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(await pool.poolETH.lastRebase());
  });

  it("becomes final when the administrator says so, three days later or after", async () => {
    const { time } = pool.chain.networkHelpers;
    await time.setNextBlockTimestamp(bookedAt + 3n * DAY);
    await expect(pool.poolETH.connect(pool.admin).confirmLoss())
      .to.be.revertedWithCustomError(pool.poolETH, "LossNotConfirmable")
      .withArgs(bookedAt);
    for (const caller of [pool.attacker, pool.operator, pool.guardian, pool.asAccounting, pool.asPoolManager])
      await expect(pool.poolETH.connect(caller).confirmLoss())
        .to.be.revertedWithCustomError(pool.poolETH, "CallerNotAuthorized")
        .withArgs(caller.address, pool.poolETH.interface.getFunction("confirmLoss").selector);
    await time.setNextBlockTimestamp(bookedAt + 3n * DAY + 1n);
    await expect(pool.poolETH.connect(pool.admin).confirmLoss()).to.emit(pool.poolETH, "LossConfirmed").withArgs();

    await depositAt(BigInt(await time.latest()) + 1n);
    expect((await pool.poolETH.rebaseState()).restorable).to.equal(0n);
    await expect(rebase(pool, POOLED + ETHER)).to.be.revertedWithCustomError(pool.poolETH, "GainAboveLimit");
  });

  it("becomes final once, and only while it can be taken back", async () => {
    const { time } = pool.chain.networkHelpers;
    const confirm = async () => pool.poolETH.connect(pool.admin).confirmLoss();
    await time.setNextBlockTimestamp(bookedAt + 3n * DAY + 1n);
    await confirm();
    await expect(confirm()).to.be.revertedWithCustomError(pool.poolETH, "LossNotConfirmable").withArgs(0n);
    await restore();

    await time.setNextBlockTimestamp(bookedAt + 14n * DAY + 1n);
    await expect(confirm()).to.be.revertedWithCustomError(pool.poolETH, "LossNotConfirmable").withArgs(0n);
  });

  it("begins anew after it became final: what came before is not given back", async () => {
    await wait(pool, 3n * DAY + 1n);
    await pool.poolETH.connect(pool.admin).confirmLoss();
    const again = CRUSHED - CRUSHED / 125n;
    await rebase(pool, again);

    expect((await pool.poolETH.rebaseState()).restorable).to.equal(CRUSHED - again);
  });

  async function depositAt(timestamp: bigint) {
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return pool.poolETH.connect(pool.attacker).deposit(pool.attacker.address, pool.attacker.address, { value: ETHER });
  }

  async function redeemAt(timestamp: bigint) {
    await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, ETHER);
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return pool.poolETH.connect(pool.asQueue).payForShares(ETHER);
  }

  /** A report that changes nothing but the time of the last one. */
  async function confirmRebase(timestamp: bigint) {
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return rebase(pool, CRUSHED);
  }
});
