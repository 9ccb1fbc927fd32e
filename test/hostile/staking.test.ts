import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { AbiCoder, getBytes, hexlify } from "ethers";

import type { StakeKeysStruct } from "../../typechain-types/contracts/custody/PoolETH.ts";
import type { HostilePolicy } from "../../typechain-types/index.ts";
import { approveKeys, foreignKeys } from "../helpers/foreignKeys.ts";
import { callOf, deployPool, ETHER, POOLED, takeOver, takeSnapshot, type HostilePool } from "../helpers/hostile.ts";
import { useSuite } from "../helpers/isolation.ts";

const STAKE = 32n * ETHER;

type Approved = Awaited<ReturnType<typeof approveKeys>>;

describe("PoolETH.stake under an upgraded pool manager and an honest committee", () => {
  let pool: HostilePool;
  let hostile: HostilePolicy;
  let keys: StakeKeysStruct;
  useSuite(async () => {
    pool = await deployPool();
    hostile = await takeOver(pool, pool.poolManager);
    // Stand for keys that the committee found to be the pool's.
    keys = await foreignKeys(pool, 3);
    return pool;
  });

  it("sends ether to the deposit contract alone, for approved keys, with the pool's credentials", async () => {
    const depositContract = await pool.poolETH.DEPOSIT_CONTRACT();
    const staking = await stake(keys, 3, await approveKeys(pool, keys));

    await expect(staking).to.changeEtherBalances(
      pool.chain.ethers,
      [pool.poolETH, depositContract, hostile],
      [-3n * STAKE, 3n * STAKE, 0n],
    );
    const logs = await pool.chain.ethers.provider.getLogs({ address: depositContract });
    const events = logs.map(({ data }) => AbiCoder.defaultAbiCoder().decode(Array<string>(5).fill("bytes"), data));
    expect(events.map(([, credentials]) => String(credentials))).to.deep.equal(
      Array<string>(3).fill(await pool.poolETH.withdrawalCredentials(false)),
    );
    expect(events.map(([pubkey]) => String(pubkey))).to.deep.equal(
      [0, 48, 96].map((from) => hexlify(getBytes(keys.pubkeys).slice(from, from + 48))),
    );
  });

  it("stakes to no key without approvals, nor with those of too few members", async () => {
    for (const signers of [0, 1, 2])
      await expect(stake(keys, 3, await approveKeys(pool, keys, pool.members.slice(0, signers))))
        .to.be.revertedWithCustomError(pool.committee, "QuorumNotReached")
        .withArgs(signers, 3n);
  });

  it("stakes to no other key than those approved", async () => {
    const approved = await approveKeys(pool, keys);
    for (const others of [await foreignKeys(pool, 3, 1), await foreignKeys(pool, 4), await foreignKeys(pool, 2)])
      await expectUnapproved(stake(others, 2, approved));
  });

  it("stakes with no other deposit signatures than those approved, which would burn the stake", async () => {
    const approved = await approveKeys(pool, keys);
    const { signatures, depositDataRoots } = await foreignKeys(pool, 3, 1);
    await expectUnapproved(stake({ ...keys, signatures, depositDataRoots }, 3, approved));
  });

  it("stakes with no other kind of credentials and no other amount than those approved", async () => {
    const approved = await approveKeys(pool, keys);
    await expectUnapproved(stake({ ...keys, compounding: true }, 3, approved));
    await expectUnapproved(stake({ ...keys, compounding: true, amountGwei: 64_000_000_000n }, 3, approved));
    for (const amountGwei of [0n, 1_000_000_000n, 31_999_999_999n, 32_000_000_001n])
      await expect(stake({ ...keys, amountGwei }, 3, approved))
        .to.be.revertedWithCustomError(pool.poolETH, "StakeAmountOutOfRange")
        .withArgs(amountGwei);
    for (const amountGwei of [31_999_999_999n, 2_048_000_000_001n])
      await expect(stake({ ...keys, compounding: true, amountGwei }, 3, approved))
        .to.be.revertedWithCustomError(pool.poolETH, "StakeAmountOutOfRange")
        .withArgs(amountGwei);
  });

  it("cannot name other credentials: the deposit contract refuses the root of a deposit that has them", async () => {
    const root = getBytes(keys.depositDataRoots);
    root[95] = (root[95] ?? 0) ^ 1;
    await expect(
      stake({ ...keys, depositDataRoots: hexlify(root) }, 3, await approveKeys(pool, keys)),
    ).to.be.revertedWith("DepositContract: reconstructed DepositData does not match supplied deposit_data_root");
  });

  it("stakes to no more keys than were offered", async () => {
    const approved = await approveKeys(pool, keys);
    for (const count of [0, 4])
      await expect(stake(keys, count, approved))
        .to.be.revertedWithCustomError(pool.poolETH, "KeyCountOutOfRange")
        .withArgs(count, 3n);
  });

  it("takes no packed keys of wrong lengths", async () => {
    const approved = await approveKeys(pool, keys);
    for (const wrong of [
      { ...keys, pubkeys: hexlify(getBytes(keys.pubkeys).slice(1)) },
      { ...keys, signatures: hexlify(getBytes(keys.signatures).slice(1)) },
      { ...keys, depositDataRoots: hexlify(getBytes(keys.depositDataRoots).slice(1)) },
    ])
      await expect(stake(wrong, 2, approved))
        .to.be.revertedWithCustomError(pool.poolETH, "KeysLengthMismatch")
        .withArgs(
          getBytes(wrong.pubkeys).length,
          getBytes(wrong.signatures).length,
          getBytes(wrong.depositDataRoots).length,
        );
  });

  it("uses an approval once, even for the keys that it left", async () => {
    const approved = await approveKeys(pool, keys);
    await stake(keys, 2, approved);

    await expect(stake(keys, 3, approved))
      .to.be.revertedWithCustomError(pool.poolETH, "DepositCountChanged")
      .withArgs(0n, 2n);
    const call = await stakeCall(keys, 1, await approveKeys(pool, keys));
    await expect(hostile.execute([call, call]))
      .to.be.revertedWithCustomError(pool.poolETH, "DepositCountChanged")
      .withArgs(2n, 3n);
  });

  it("uses no approval after its deadline", async () => {
    const approved = await approveKeys(pool, keys, pool.members.slice(0, 3), 600n);
    const { time } = pool.chain.networkHelpers;
    await time.setNextBlockTimestamp(approved.guard.deadline + 1n);
    await expect(stake(keys, 3, approved))
      .to.be.revertedWithCustomError(pool.poolETH, "ApprovalExpired")
      .withArgs(approved.guard.deadline);
    await time.setNextBlockTimestamp(approved.guard.deadline);
    await stake(keys, 3, approved);
  });

  it("uses no approval 257 blocks later, and none of a block that is still to come", async () => {
    const approved = await approveKeys(pool, keys);
    const later = { ...approved, guard: { ...approved.guard, blockNumber: approved.guard.blockNumber + 300n } };
    await expect(stake(keys, 3, later))
      .to.be.revertedWithCustomError(pool.poolETH, "ApprovalBlockUnknown")
      .withArgs(later.guard.blockNumber);
    // The block of the stake is the one after those that are mined here.
    const { networkHelpers, ethers } = pool.chain;
    const passed = BigInt(await ethers.provider.getBlockNumber()) - approved.guard.blockNumber;
    const again = await takeSnapshot(pool);
    await networkHelpers.mine(255n - passed);
    await stake(keys, 3, approved);
    await again();

    await networkHelpers.mine(256n - passed);
    await expect(stake(keys, 3, approved))
      .to.be.revertedWithCustomError(pool.poolETH, "ApprovalBlockUnknown")
      .withArgs(approved.guard.blockNumber);
  });

  it("cannot change what an approval was given for", async () => {
    const approved = await approveKeys(pool, keys);
    const { deadline, blockNumber } = approved.guard;
    await expectUnapproved(stake(keys, 3, { ...approved, guard: { ...approved.guard, deadline: deadline + 1n } }));
    await expectUnapproved(
      stake(keys, 3, { ...approved, guard: { ...approved.guard, blockNumber: blockNumber - 1n } }),
    );
  });

  it("cannot stake more than the pool has at hand", async () => {
    await pool.poolETH.connect(pool.asQueue).lockShares(pool.alice.address, 9_950n * ETHER);
    await pool.poolETH.connect(pool.asQueue).payForShares(9_950n * ETHER);
    const left = POOLED - 9_950n * ETHER;
    await expect(stake(keys, 3, await approveKeys(pool, keys)))
      .to.be.revertedWithCustomError(pool.poolETH, "InsufficientEther")
      .withArgs(left, 3n * STAKE);
    await stake(keys, 1, await approveKeys(pool, keys));
  });

  it("obeys nobody but the pool manager", async () => {
    const { guard, approvals } = await approveKeys(pool, keys);
    for (const caller of [pool.attacker, pool.admin, pool.operator, pool.asAccounting, pool.asQueue])
      await expect(pool.poolETH.connect(caller).stake(keys, 3, guard, approvals))
        .to.be.revertedWithCustomError(pool.poolETH, "CallerNotPeer")
        .withArgs(caller.address, await pool.poolManager.getAddress());
  });

  async function stakeCall(offered: StakeKeysStruct, count: number, { guard, approvals }: Approved) {
    const data = pool.poolETH.interface.encodeFunctionData("stake", [offered, count, guard, approvals]);
    return callOf(pool, pool.poolETH, data);
  }

  async function stake(offered: StakeKeysStruct, count: number, approved: Approved) {
    return hostile.execute([await stakeCall(offered, count, approved)]);
  }

  /** Signatures of another message recover to accounts that are no members. */
  async function expectUnapproved(staking: Promise<unknown>): Promise<void> {
    await expect(staking).to.be.revertedWithCustomError(pool.committee, "SignerNotInOrder").withArgs(anyValue);
  }
});
