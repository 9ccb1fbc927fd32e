import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ROLES } from "../../deploy/modules/Suite.ts";
import { approveKeys, foreignKeys } from "../helpers/foreignKeys.ts";
import { DAY, deployPool, ETHER, rebase, takeSnapshot, wait, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const MAX_PAUSE = 14n * DAY;

describe("The roles of custody", () => {
  let pool: HostilePool;
  useSuite(async () => {
    pool = await deployPool();
    return pool;
  });

  describe("GUARDIAN", () => {
    it("H71 pauses deposits for at most 14 days, after which they are open by themselves", async () => {
      await pauseDeposits(MAX_PAUSE);
      const { time } = pool.chain.networkHelpers;
      const until = BigInt(await time.latest()) + MAX_PAUSE;
      expect((await pool.poolETH.depositGates()).pausedUntil).to.equal(until);
      // A report, so that nothing but the pause is in the way.
      await time.setNextBlockTimestamp(until - 10n);
      await rebase(pool, await pool.poolETH.totalPooledEther());
      await time.setNextBlockTimestamp(until - 1n);
      await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "DepositsArePaused").withArgs(until);
      await time.setNextBlockTimestamp(until);
      await deposit();
      expect((await pool.poolETH.depositGates()).pausedUntil).to.equal(0n);
    });

    it("H71 pauses staking for at most 14 days, after which it goes on by itself", async () => {
      await pool.poolETH.connect(pool.guardian).pauseStaking(MAX_PAUSE);
      const until = BigInt(await pool.chain.networkHelpers.time.latest()) + MAX_PAUSE;
      const { time } = pool.chain.networkHelpers;
      await time.increaseTo(until - 10n);
      expect(await pool.poolETH.stakingAllowance()).to.equal(0n);
      const approved = await approveOne();
      await time.setNextBlockTimestamp(until - 1n);
      await expect(stake(approved)).to.be.revertedWithCustomError(pool.poolETH, "StakingIsPaused").withArgs(until);
      await time.setNextBlockTimestamp(until);
      await stake(approved);
    });

    it("pauses each once, until an administrator arms him again", async () => {
      const guardian = pool.poolETH.connect(pool.guardian);
      for (const pause of ["pauseDeposits", "pauseStaking"] as const) {
        await guardian[pause](1n);
        await wait(pool, DAY);
        await expect(guardian[pause](1n)).to.be.revertedWithCustomError(pool.poolETH, "GuardianNotArmed").withArgs();
      }
      await guardian.resume();
      await expect(guardian.pauseStaking(1n)).to.be.revertedWithCustomError(pool.poolETH, "GuardianNotArmed");

      await expect(pool.poolETH.connect(pool.admin).rearmGuardian())
        .to.emit(pool.poolETH, "GuardianRearmed")
        .withArgs();
      await guardian.pauseDeposits(1n);
      await guardian.pauseStaking(1n);
    });

    it("names a length, and none above 14 days", async () => {
      const guardian = pool.poolETH.connect(pool.guardian);
      for (const duration of [0n, MAX_PAUSE + 1n])
        for (const pause of ["pauseDeposits", "pauseStaking"] as const)
          await expect(guardian[pause](duration))
            .to.be.revertedWithCustomError(pool.poolETH, "PauseDurationOutOfRange")
            .withArgs(duration, MAX_PAUSE);
      await guardian.pauseStaking(MAX_PAUSE);
    });

    it("ends his pauses", async () => {
      const guardian = pool.poolETH.connect(pool.guardian);
      await pauseDeposits(MAX_PAUSE);
      await guardian.pauseStaking(MAX_PAUSE);
      const resuming = guardian.resume();
      await expect(resuming).to.emit(pool.poolETH, "DepositsPaused").withArgs(0n);
      await expect(resuming).to.emit(pool.poolETH, "StakingPaused").withArgs(0n);

      await deposit();
      await stake(await approveOne());
    });

    it("H71 stops no redemption, no transfer and no report", async () => {
      await pauseDeposits(MAX_PAUSE);
      await pool.poolETH.connect(pool.guardian).pauseStaking(MAX_PAUSE);

      await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, ETHER);
      await pool.poolETH.connect(pool.asQueue).payForShares(ETHER);
      await pool.poolETH.connect(pool.alice).transfer(pool.attacker.address, ETHER);
      await rebase(pool, await pool.poolETH.totalPooledEther());
    });

    it("leaves the pause in place when a report comes", async () => {
      await pauseDeposits(MAX_PAUSE);
      const until = BigInt(await pool.chain.networkHelpers.time.latest()) + MAX_PAUSE;
      await rebase(pool, await pool.poolETH.totalPooledEther());
      await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "DepositsArePaused").withArgs(until);
    });

    it("does nothing else", async () => {
      await expectPowers(pool.guardian, ["pauseDeposits", "pauseStaking", "resume"]);
    });
  });

  describe("OPERATOR", () => {
    it("does nothing in custody", async () => {
      await expectPowers(pool.operator, []);
    });
  });

  describe("ADMIN", () => {
    it("does not pause, but names who does, and so can take every pause back", async () => {
      const { poolETH, admin, guardian, authority } = pool;
      await expectPowers(admin, ["setCap", "announceCommittee", "announceLoss", "confirmLoss", "rearmGuardian"]);
      await poolETH.connect(guardian).pauseStaking(MAX_PAUSE);
      await authority.connect(admin).grantRole(ROLES.GUARDIAN, admin, 0);
      await poolETH.connect(admin).resume();
      expect(await poolETH.stakingAllowance()).to.equal(1_600n * ETHER);
    });

    it("stops deposits by a cap below what the pool has, and nothing else by it", async () => {
      await pool.poolETH.connect(pool.admin).setCap(0);
      await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "CapExceeded");
      await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, ETHER);
      await pool.poolETH.connect(pool.asQueue).payForShares(ETHER);
    });

    it("I40 replaces the committee seven days after the announcement, and not a second before", async () => {
      const { poolETH, admin, members } = pool;
      const { time } = pool.chain.networkHelpers;
      const next = await pool.chain.ethers.deployContract("Committee", [poolETH, members.slice(0, 3), 2]);
      await poolETH.connect(admin).announceCommittee(next);
      const at = BigInt(await time.latest()) + 7n * DAY;
      await time.setNextBlockTimestamp(at - 1n);
      await expect(poolETH.adoptCommittee())
        .to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable")
        .withArgs(at);
      await time.setNextBlockTimestamp(at);
      await expect(poolETH.connect(pool.attacker).adoptCommittee())
        .to.emit(poolETH, "CommitteeChanged")
        .withArgs(await pool.committee.getAddress(), await next.getAddress());

      await expect(poolETH.adoptCommittee())
        .to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable")
        .withArgs(0n);
    });

    it("I40 replaces the committee by none that was withdrawn, and by none of another pool", async () => {
      const { poolETH, admin, members } = pool;
      const next = await pool.chain.ethers.deployContract("Committee", [poolETH, members.slice(0, 3), 2]);
      await poolETH.connect(admin).announceCommittee(next);
      await poolETH.connect(admin).announceCommittee(ZeroAddress);
      await wait(pool, 8n * DAY);
      await expect(poolETH.adoptCommittee())
        .to.be.revertedWithCustomError(poolETH, "CommitteeNotAdoptable")
        .withArgs(0n);

      const foreign = await pool.chain.ethers.deployContract("Committee", [admin, members.slice(0, 3), 2]);
      for (const peer of [await foreign.getAddress(), pool.attacker.address])
        await expect(poolETH.connect(admin).announceCommittee(peer))
          .to.be.revertedWithCustomError(poolETH, "PeerMismatch")
          .withArgs(peer);
    });

    it("cannot replace the access manager that custody and policy ask", async () => {
      const { authority, admin, poolETH, poolManager, accounting, clusterManager } = pool;
      const other = await pool.chain.ethers.deployContract("AccessManager", [admin]);
      for (const gated of [poolETH, poolManager, accounting, clusterManager]) {
        await expect(authority.connect(admin).updateAuthority(gated, other)).to.be.revert(pool.chain.ethers);
        expect(await gated.AUTHORITY()).to.equal(await authority.getAddress());
      }
    });
  });

  const CALLS = [
    ["setCap", [50_000n]],
    ["announceCommittee", [ZeroAddress]],
    ["announceLoss", [0n]],
    ["confirmLoss", []],
    ["rearmGuardian", []],
    ["pauseDeposits", [1n]],
    ["pauseStaking", [1n]],
    ["resume", []],
  ] as const;

  /** Every function of custody that asks for a role either accepts the account, or names it in its refusal. */
  async function expectPowers(account: typeof pool.admin, powers: readonly string[]): Promise<void> {
    for (const [name, args] of CALLS) {
      const again = await takeSnapshot(pool);
      const call = pool.poolETH.connect(account).getFunction(name)(...args);
      if (name === "confirmLoss" && powers.includes(name))
        await expect(call, name).to.be.revertedWithCustomError(pool.poolETH, "LossNotConfirmable").withArgs(0n);
      else if (powers.includes(name)) await expect(call, name).not.to.be.revert(pool.chain.ethers);
      else
        await expect(call, name)
          .to.be.revertedWithCustomError(pool.poolETH, "CallerNotAuthorized")
          .withArgs(account.address, pool.poolETH.interface.getFunction(name).selector);
      await again();
    }
  }

  async function pauseDeposits(duration: bigint) {
    return pool.poolETH.connect(pool.guardian).pauseDeposits(duration);
  }

  async function deposit() {
    return pool.poolETH.connect(pool.alice).deposit(pool.alice.address, ZeroAddress, { value: ETHER });
  }

  async function approveOne() {
    const keys = await foreignKeys(pool, 1);
    return { keys, ...(await approveKeys(pool, keys)) };
  }

  async function stake({ keys, guard, approvals }: Awaited<ReturnType<typeof approveOne>>) {
    return pool.poolETH.connect(pool.asPoolManager).stake(keys, 1, guard, approvals);
  }
});
