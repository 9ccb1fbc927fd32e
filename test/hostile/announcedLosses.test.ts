import { expect } from "chai";

import { DAY, deployPool, ETHER, POOLED, rebase, saveUp, takeSnapshot, type HostilePool } from "../helpers/hostile.ts";

const NOTICE = 3n * DAY;
const VALIDITY = 14n * DAY;
const ANNOUNCED = POOLED / 4n;

describe("PoolETH.announceLoss", () => {
  let pool: HostilePool;
  let announcedAt: bigint;
  let restore: () => Promise<void>;

  before(async () => {
    pool = await deployPool();
    await saveUp(pool);
    await announce(ANNOUNCED);
    announcedAt = BigInt(await pool.chain.networkHelpers.time.latest());
    restore = await takeSnapshot(pool);
  });

  beforeEach(async () => {
    await restore();
  });

  it("I37 lets a loss beyond 5 % be booked 72 hours later, and not a second before", async () => {
    await expect(rebaseAt(announcedAt + NOTICE - 1n, POOLED - ANNOUNCED))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(ANNOUNCED, POOLED / 20n);
    await rebaseAt(announcedAt + NOTICE, POOLED - ANNOUNCED);

    expect(await pool.poolETH.totalPooledEther()).to.equal(POOLED - ANNOUNCED);
  });

  it("lets a loss up to the one announced be booked, and not one wei more", async () => {
    await expect(rebaseAt(announcedAt + NOTICE, POOLED - ANNOUNCED - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(ANNOUNCED + 1n, POOLED / 20n);
    await pool.chain.networkHelpers.mine();
    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(ANNOUNCED);
  });

  it("leaves a loss that it does not cover to the 5 % that need none, and stays", async () => {
    await announce(1n);
    const at = BigInt(await pool.chain.networkHelpers.time.latest()) + NOTICE;
    await rebaseAt(at, POOLED - POOLED / 20n);

    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(1n);
    await expect(rebase(pool, POOLED - POOLED / 20n - 2n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(2n, 0n);
    await rebase(pool, POOLED - POOLED / 20n - 1n);
    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(0n);
  });

  it("expires after 14 days more", async () => {
    const end = announcedAt + NOTICE + VALIDITY;
    await rebaseAt(end, POOLED - ANNOUNCED);
    await restore();

    await expect(rebaseAt(end + 1n, POOLED - ANNOUNCED))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(ANNOUNCED, POOLED / 20n);
    await pool.chain.networkHelpers.mine();
    expect((await pool.poolETH.depositGates()).announcedAt).to.equal(0n);
    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(0n);
    await redeem();
  });

  it("lets one loss be booked, once", async () => {
    await rebaseAt(announcedAt + NOTICE, POOLED - ANNOUNCED);
    const left = POOLED - ANNOUNCED;

    await expect(rebase(pool, left - left / 20n - 1n))
      .to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit")
      .withArgs(left / 20n + 1n, left / 20n);
  });

  it("leaves the 5 % of losses that need no announcement untouched", async () => {
    await rebaseAt(announcedAt + NOTICE, POOLED - ANNOUNCED);
    const left = POOLED - ANNOUNCED;
    await rebase(pool, left - left / 20n);
  });

  it("shuts deposits and redemptions at once", async () => {
    for (const call of [deposit, redeem])
      await expect(call()).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss").withArgs(announcedAt, 0n);
  });

  it("keeps redemptions shut for three days after the booking, and deposits for fourteen", async () => {
    const bookedAt = announcedAt + NOTICE;
    const { time } = pool.chain.networkHelpers;
    await rebaseAt(bookedAt, POOLED - ANNOUNCED);

    await time.increaseTo(bookedAt + 3n * DAY - 10n);
    await expect(redeem()).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss").withArgs(0n, bookedAt);
    await time.increaseTo(bookedAt + 3n * DAY + 1n);
    await redeem();
    await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss").withArgs(0n, bookedAt);
    await rebaseAt(bookedAt + 14n * DAY + 1n, await pool.poolETH.totalPooledEther());
    await deposit();
  });

  it("is left for the loss that needs it, whatever small ones come first", async () => {
    await rebaseAt(announcedAt + NOTICE, POOLED - 1n);
    expect((await pool.poolETH.depositGates()).lossBookedAt).to.equal(0n);
    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(ANNOUNCED);

    await rebase(pool, POOLED - 1n - ANNOUNCED);
    expect((await pool.poolETH.rebaseState()).announcedLoss).to.equal(0n);
  });

  it("can be withdrawn", async () => {
    await expect(announce(0n)).to.emit(pool.poolETH, "LossAnnounced").withArgs(0n);
    await deposit();
    await redeem();
    const pooledEther = await pool.poolETH.totalPooledEther();

    await expect(rebaseAt(announcedAt + NOTICE, pooledEther - ANNOUNCED)).to.be.revertedWithCustomError(
      pool.poolETH,
      "LossAboveLimit",
    );
  });

  it("begins the notice anew each time, and so keeps redemptions shut as long as it is repeated", async () => {
    const { time } = pool.chain.networkHelpers;
    for (let repeated = 1n; repeated <= 3n; repeated++) {
      await time.setNextBlockTimestamp(announcedAt + repeated * 16n * DAY);
      await announce(ANNOUNCED);
      await expect(redeem())
        .to.be.revertedWithCustomError(pool.poolETH, "ShutByLoss")
        .withArgs(announcedAt + repeated * 16n * DAY, 0n);
      await expect(rebase(pool, POOLED - ANNOUNCED)).to.be.revertedWithCustomError(pool.poolETH, "LossAboveLimit");
    }
  });

  it("obeys nobody but the administrator", async () => {
    for (const caller of [pool.attacker, pool.operator, pool.guardian, pool.asAccounting, pool.asPoolManager])
      await expect(pool.poolETH.connect(caller).announceLoss(ANNOUNCED))
        .to.be.revertedWithCustomError(pool.poolETH, "CallerNotAuthorized")
        .withArgs(caller.address, pool.poolETH.interface.getFunction("announceLoss").selector);
  });

  async function announce(maxLoss: bigint) {
    return pool.poolETH.connect(pool.admin).announceLoss(maxLoss);
  }

  async function rebaseAt(timestamp: bigint, total: bigint) {
    await pool.chain.networkHelpers.time.setNextBlockTimestamp(timestamp);
    return rebase(pool, total);
  }

  async function deposit() {
    return pool.poolETH.connect(pool.attacker).deposit(pool.attacker.address, pool.attacker.address, { value: ETHER });
  }

  async function redeem() {
    await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, ETHER);
    return pool.poolETH.connect(pool.asQueue).payForShares(ETHER);
  }
});
