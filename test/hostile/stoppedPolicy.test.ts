import { expect } from "chai";
import { hexlify, randomBytes, ZeroAddress } from "ethers";

import { endBlock } from "../../clients/systemContracts.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { DAY, ETHER, etherOf, impersonate, LOCKED_SHARES, now, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { requestsIn } from "../helpers/predeploys.ts";
import { applyReport, makeReport } from "../helpers/report.ts";
import { approveStake, makeStakeKeys, stakeKeys } from "../helpers/staking.ts";
import { deployRedeemable, type RedeemableSuite } from "../helpers/withdrawals.ts";

const STAKED = 160n * ETHER;
const VALIDATORS = 5;
const PUBKEYS = hexlify(randomBytes(48 * VALIDATORS));
const FULL_EXITS = Array<bigint>(VALIDATORS).fill(0n);
const POOLED = 200n * ETHER + LOCKED_SHARES;

/**
 * Two holders of 100 ETH each want all of it, in three requests: 30, 100 and 70 ETH. 160 ETH are staked, 40 are there.
 * From here on nobody who has a role does anything for them.
 */
async function deployDeserted(): Promise<RedeemableSuite> {
  const suite = await deployRedeemable();
  const { queue, holders } = suite;
  await stakeKeys(suite, VALIDATORS);
  await applyReport(suite, await makeReport(suite));
  await queue.connect(holders[1]).requestWithdrawal(30n * ETHER, holders[1].address);
  await queue.connect(holders[0]).requestWithdrawal(100n * ETHER, holders[0].address);
  await queue.connect(holders[1]).requestWithdrawal(70n * ETHER, holders[1].address);
  return suite;
}

/** What a stranger does for them: has all validators exit, and fetches what they pay out. */
async function exitAll(suite: RedeemableSuite): Promise<void> {
  const { withdrawalVault, chain } = suite;
  const [stranger] = await strangers(suite);
  const fees = BigInt(VALIDATORS);
  await withdrawalVault.connect(stranger).requestWithdrawals(PUBKEYS, FULL_EXITS, stranger, { value: fees });
  const requests = await requestsIn(suite, WITHDRAWAL_REQUESTS, 3, 56);
  const source = (await withdrawalVault.getAddress()).toLowerCase();
  expect(requests.map((request) => request.slice(0, source.length))).to.deep.equal(Array(VALIDATORS).fill(source));
  await endBlock(chain.provider);
  await passTime(suite, 2n * DAY);
  await chain.networkHelpers.setBalance(source, STAKED);
  await withdrawalVault.connect(stranger).collect();
}

/** All claim, and have to the wei what they put in. */
async function expectPaid(suite: RedeemableSuite): Promise<void> {
  const { queue, poolETH, holders, chain } = suite;
  for (const [holder, ids, worth] of [
    [holders[1], [1n, 3n], 100n * ETHER],
    [holders[0], [2n], 100n * ETHER],
  ] as const)
    await expect(queue.connect(holder).claimWithdrawals([...ids], holder.address)).to.changeEtherBalance(
      chain.ethers,
      holder,
      worth,
    );
  expect(await etherOf(suite, queue)).to.equal(0n);
  expect([await poolETH.totalShares(), await poolETH.totalPooledEther()]).to.deep.equal([LOCKED_SHARES, LOCKED_SHARES]);
}

describe("A policy that is dead from one moment on", () => {
  const suite = useSuite(async () => {
    const deployed = await deployDeserted();
    for (const policy of [deployed.accounting, deployed.poolManager, deployed.clusterManager])
      await deployed.chain.networkHelpers.setCode(await policy.getAddress(), "0xfe");
    return deployed;
  });

  it("H38 keeps nobody from the ether that is there for longer than eight days, nor from the rest for longer than 30", async () => {
    const { queue, poolETH, withdrawalVault } = suite();
    const [stranger] = await strangers(suite());
    const lastRebase = await poolETH.lastRebase();
    await passTime(suite(), lastRebase + 7n * DAY - (await now(suite())));
    await queue.connect(stranger).markStale();
    await expect(queue.connect(stranger).finalizeStale(1n)).to.be.revertedWithCustomError(queue, "NotStale");
    await passTime(suite(), DAY);
    await queue.connect(stranger).finalizeStale(1n);
    expect((await queue.requestOf(1n)).ethAmount).to.equal(30n * ETHER);
    await expect(queue.connect(stranger).finalizeStale(2n))
      .to.be.revertedWithCustomError(poolETH, "InsufficientEther")
      .withArgs(10n * ETHER + LOCKED_SHARES, 100n * ETHER);

    const request = withdrawalVault.connect(stranger).requestWithdrawals;
    await passTime(suite(), lastRebase + 30n * DAY - 1n - (await now(suite())));
    await expect(request(PUBKEYS, FULL_EXITS, stranger, { value: 5n }))
      .to.be.revertedWithCustomError(withdrawalVault, "CallerNotAllowed")
      .withArgs(stranger.address);
    await passTime(suite(), 1n);
    await exitAll(suite());
    await queue.connect(stranger).finalizeStale(3n);
    await expectPaid(suite());
  });

  it("H38 takes requests and transfers of them, and claims, all the same", async () => {
    const { queue, poolETH, wrappedPoolETH, holders, rewardsVault, deployer } = suite();
    await poolETH.connect(holders[0]).deposit(holders[0].address, ZeroAddress, { value: 3n * ETHER });
    await poolETH.connect(holders[0]).approve(wrappedPoolETH, ETHER);
    await wrappedPoolETH.connect(holders[0]).deposit(ETHER, holders[0].address);
    await wrappedPoolETH.connect(holders[0]).requestWithdrawal(ETHER, holders[1].address);
    await queue.connect(holders[1]).transferFrom(holders[1].address, holders[0].address, 4n);
    await queue.connect(holders[0]).requestEther(2n * ETHER, holders[0].address);
    await deployer.sendTransaction({ to: await rewardsVault.getAddress(), value: STAKED });
    await rewardsVault.collect();
    await passTime(suite(), 30n * DAY);
    await queue.finalizeStale(5n);
    await expect(queue.connect(holders[0]).claimWithdrawals([4n, 5n], holders[0].address)).to.changeEtherBalance(
      suite().chain.ethers,
      holders[0],
      3n * ETHER,
    );
  });
});

describe("A policy that is hostile from one moment on", () => {
  const suite = useSuite(deployDeserted);

  /** It confirms the balance every ten days, so that nobody can say that reports have stopped, and pays nobody. */
  async function confirmUntil(time: bigint): Promise<void> {
    const { poolETH, accounting, treasury, operations } = suite();
    const asAccounting = poolETH.connect(await impersonate(suite(), accounting));
    const fees = { treasury: treasury.address, fee: 0n, operations: operations.address, costs: 0n };
    for (let left = time - (await now(suite())); left > 0n; left = time - (await now(suite()))) {
      await passTime(suite(), left < 10n * DAY ? left : 10n * DAY);
      await asAccounting.rebase(POOLED - (await paidOut()), fees, 0n);
    }
  }

  async function paidOut(): Promise<bigint> {
    return POOLED - (await suite().poolETH.totalPooledEther());
  }

  it("cannot keep a single holder from his ether beyond 60 days after he asked, and the exits of validators", async () => {
    const { queue, poolETH, withdrawalVault, poolManager } = suite();
    const [stranger] = await strangers(suite());
    const askedAt = (await queue.requestOf(3n)).requestedAt;
    await confirmUntil(askedAt + 60n * DAY - 100n);
    await expect(queue.connect(stranger).markStale()).to.be.revertedWithCustomError(queue, "NotStale");
    for (const id of [1n, 3n])
      await expect(queue.connect(stranger).finalizeStale(id)).to.be.revertedWithCustomError(queue, "NotStale");
    const early = withdrawalVault.connect(stranger).requestWithdrawals;
    await expect(early(PUBKEYS, FULL_EXITS, stranger, { value: 5n })).to.be.revertedWithCustomError(
      withdrawalVault,
      "CallerNotAllowed",
    );

    await confirmUntil(askedAt + 60n * DAY + 1n);
    await queue.connect(stranger).finalizeStale(1n);
    await exitAll(suite());
    // What came back cannot be staked again, not even with the approvals of a quorum: they wait for it.
    const keys = await makeStakeKeys(suite(), 1, 100);
    const { guard, approvals } = await approveStake(suite(), keys);
    const asManager = poolETH.connect(await impersonate(suite(), poolManager));
    const { waiting } = await poolETH.stakingState();
    const spare = (await etherOf(suite(), poolETH)) - waiting;
    await expect(asManager.stake(keys, 1, guard, approvals))
      .to.be.revertedWithCustomError(poolETH, "InsufficientEther")
      .withArgs(spare > 0n ? spare : 0n, 32n * ETHER);
    await queue.connect(stranger).finalizeStale(3n);
    await expectPaid(suite());
  });
});
