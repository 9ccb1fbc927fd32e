import { expect } from "chai";
import { ZeroAddress, type AddressLike } from "ethers";

import { activate, makeCeremony, offer, registerCeremony, approve } from "../helpers/activation.ts";
import {
  callOf,
  DAY,
  deployPool,
  ETHER,
  feesOf,
  POOLED,
  takeOver,
  takeSnapshot,
  wait,
  type HostilePool,
} from "../helpers/hostile.ts";
import { applyReport, makeReport } from "../helpers/report.ts";

const MAX_INT64 = 2n ** 63n - 1n;

describe("An upgraded policy", () => {
  let pool: HostilePool;
  let restore: () => Promise<void>;

  before(async () => {
    pool = await deployPool();
    const ceremony = await makeCeremony(pool, 2);
    await activate(pool, ceremony, await registerCeremony(pool, ceremony), 0, 2);
    await applyReport(pool, await makeReport(pool));
    await pool.deployer.sendTransaction({ to: pool.withdrawalVault, value: 5n * ETHER });
    await pool.deployer.sendTransaction({ to: pool.rewardsVault, value: 7n * ETHER });
    restore = await takeSnapshot(pool);
  });

  beforeEach(async () => {
    await restore();
  });

  it("cannot tell custody anything that another policy contract may", async () => {
    const { poolETH, asPoolManager, asAccounting, asQueue } = pool;
    const peers = [poolETH.POOL_MANAGER(), poolETH.ACCOUNTING(), poolETH.WITHDRAWAL_QUEUE()];
    const [manager, accounting, queue] = await Promise.all(peers);
    const refused = [
      ["rebase", [POOLED, feesOf(pool, {}), 0n], asPoolManager, accounting],
      ["rebase", [POOLED, feesOf(pool, {}), 0n], asQueue, accounting],
      ["lockShares", [pool.alice.address, 1n], asPoolManager, queue],
      ["lockShares", [pool.alice.address, 1n], asAccounting, queue],
      ["payForShares", [1n], asPoolManager, queue],
      ["payForShares", [1n], asAccounting, queue],
      ["receiveCollected", [], asPoolManager, await pool.withdrawalVault.getAddress()],
      ["receiveCollected", [], asAccounting, await pool.withdrawalVault.getAddress()],
    ] as const;
    for (const [name, args, caller, expected] of refused)
      await expect(poolETH.connect(caller).getFunction(name)(...args), `${name} by ${caller.address}`)
        .to.be.revertedWithCustomError(poolETH, "CallerNotPeer")
        .withArgs(caller.address, expected);
    expect(manager).to.equal(asPoolManager.address);
  });

  it("has no role in custody", async () => {
    const { poolETH } = pool;
    for (const proxy of [pool.asPoolManager, pool.asAccounting])
      for (const [name, args] of [
        ["setCap", [1n]],
        ["announceCommittee", [ZeroAddress]],
        ["announceLoss", [1n]],
        ["confirmLoss", []],
        ["rearmGuardian", []],
        ["pauseDeposits", [1n]],
        ["pauseStaking", [1n]],
        ["resume", []],
      ] as const)
        await expect(poolETH.connect(proxy).getFunction(name)(...args), name)
          .to.be.revertedWithCustomError(poolETH, "CallerNotAuthorized")
          .withArgs(proxy.address, poolETH.interface.getFunction(name).selector);
  });

  it("cannot move anybody's shares", async () => {
    for (const proxy of [pool.poolManager, pool.accounting, pool.clusterManager]) {
      const hostile = await takeOver(pool, proxy);
      for (const data of [
        pool.poolETH.interface.encodeFunctionData("transferFrom", [pool.alice.address, pool.attacker.address, ETHER]),
        pool.poolETH.interface.encodeFunctionData("transferSharesFrom", [
          pool.alice.address,
          pool.attacker.address,
          ETHER,
        ]),
      ])
        await expect(hostile.execute([await callOf(pool, pool.poolETH, data)]))
          .to.be.revertedWithCustomError(pool.poolETH, "ERC20InsufficientAllowance")
          .withArgs(await hostile.getAddress(), 0n, ETHER);
      await restore();
    }
  });

  it("moves the ether of the vaults to the pool, as everybody may, and nowhere else", async () => {
    const hostile = await takeOver(pool, pool.poolManager);
    const collect = pool.withdrawalVault.interface.encodeFunctionData("collect");
    const calls = [await callOf(pool, pool.withdrawalVault, collect), await callOf(pool, pool.rewardsVault, collect)];

    await expect(hostile.execute(calls)).to.changeEtherBalances(
      pool.chain.ethers,
      [pool.withdrawalVault, pool.rewardsVault, pool.poolETH, hostile],
      [-5n * ETHER, -7n * ETHER, 12n * ETHER, 0n],
    );
  });

  it("pays for exits with its own ether, and gets back no more than it sent", async () => {
    const hostile = await takeOver(pool, pool.poolManager);
    const pubkey = `0x${"11".repeat(48)}`;
    const requests = [
      pool.withdrawalVault.interface.encodeFunctionData("requestWithdrawals", [
        pubkey,
        [0n],
        await hostile.getAddress(),
      ]),
      pool.withdrawalVault.interface.encodeFunctionData("requestCompounding", [pubkey]),
    ];
    for (const data of requests) {
      await expect(hostile.execute([await callOf(pool, pool.withdrawalVault, data)]))
        .to.be.revertedWithCustomError(pool.withdrawalVault, "FeeNotCovered")
        .withArgs(0n, 1n);
      await expect(
        hostile.execute([await callOf(pool, pool.withdrawalVault, data, ETHER)], { value: ETHER }),
      ).to.changeEtherBalances(pool.chain.ethers, [pool.withdrawalVault, hostile], [0n, ETHER - 1n]);
    }
  });

  it("of ClusterManager or Accounting cannot make validators exit", async () => {
    const data = pool.withdrawalVault.interface.encodeFunctionData("requestWithdrawals", [
      `0x${"11".repeat(48)}`,
      [0n],
      pool.alice.address,
    ]);
    for (const proxy of [pool.accounting, pool.clusterManager]) {
      const hostile = await takeOver(pool, proxy);
      await expect(hostile.execute([await callOf(pool, pool.withdrawalVault, data)]))
        .to.be.revertedWithCustomError(pool.withdrawalVault, "CallerNotAllowed")
        .withArgs(await hostile.getAddress());
      await restore();
    }
  });

  it("of PoolManager keeps the deposits that are sent to it, and none that are sent to PoolETH", async () => {
    const hostile = await takeOver(pool, pool.poolManager);
    const front = pool.poolManager.connect(pool.alice);
    const shares = await pool.poolETH.sharesOf(pool.alice.address);
    await expect(front.deposit(pool.alice.address, ZeroAddress, { value: ETHER })).to.changeEtherBalance(
      pool.chain.ethers,
      hostile,
      ETHER,
    );
    expect(await pool.poolETH.sharesOf(pool.alice.address)).to.equal(shares);

    await pool.poolETH.connect(pool.alice).deposit(pool.alice.address, ZeroAddress, { value: ETHER });
    expect(await pool.poolETH.sharesOf(pool.alice.address)).to.equal(shares + ETHER);
  });

  it("of ClusterManager takes the operating reserve and what its clusters pay back, and no ether of stakers", async () => {
    const { operatorIds, cluster } = await clusterOf(pool);
    const hostile = await takeOver(pool, pool.clusterManager);
    const reserve = await pool.chain.ethers.provider.getBalance(hostile);
    expect(reserve).to.be.greaterThan(0n);
    const custody: AddressLike[] = [pool.poolETH, pool.withdrawalVault, pool.rewardsVault];

    await expect(hostile.execute([await callOf(pool, pool.attacker, "0x", reserve)])).to.changeEtherBalances(
      pool.chain.ethers,
      [hostile, pool.attacker, ...custody],
      [-reserve, reserve, 0n, 0n, 0n],
    );
    const spare = 1_000_000_000_000n;
    const withdraw = pool.ssvNetwork.interface.encodeFunctionData("withdraw", [operatorIds, spare, cluster]);
    await expect(
      hostile.execute([await callOf(pool, pool.ssvNetwork, withdraw), await callOf(pool, pool.attacker, "0x", spare)]),
    ).to.changeEtherBalances(
      pool.chain.ethers,
      [pool.ssvNetwork, pool.attacker, ...custody],
      [-spare, spare, 0n, 0n, 0n],
    );
  });

  it("of ClusterManager redirects tips and MEV from then on, for all to see in an event of ssv.network", async () => {
    const hostile = await takeOver(pool, pool.clusterManager);
    const data = pool.ssvNetwork.interface.encodeFunctionData("setFeeRecipientAddress", [pool.attacker.address]);
    await expect(hostile.execute([await callOf(pool, pool.ssvNetwork, data)]))
      .to.emit(pool.ssvNetwork, "FeeRecipientAddressUpdated")
      .withArgs(await hostile.getAddress(), pool.attacker.address);
  });

  it("of ClusterManager or Accounting stops activation", async () => {
    const ceremony = await makeCeremony(pool, 1, 9);
    const batchId = await registerCeremony(pool, ceremony);
    const activation = await offer(pool, ceremony, batchId, 0, 1);
    const staked = await pool.poolETH.totalStaked();
    const again = await takeSnapshot(pool);
    await takeOver(pool, pool.clusterManager);
    const approved = await approve(pool, activation);
    await expect(pool.poolManager.activate(activation, approved.guard, approved.approvals)).to.be.revertedWithoutReason(
      pool.chain.ethers,
    );
    await again();

    await pool.poolETH.connect(pool.asAccounting).rebase(POOLED, feesOf(pool, {}), MAX_INT64);
    const { guard, approvals } = await approve(pool, activation);
    await expect(pool.poolManager.activate(activation, guard, approvals))
      .to.be.revertedWithCustomError(pool.poolManager, "NothingToActivate")
      .withArgs(0n);
    expect(await pool.poolETH.totalStaked()).to.equal(staked);
  });

  it("of Accounting that never reports shuts deposits after 14 days, and lets anybody make validators exit after 30", async () => {
    await takeOver(pool, pool.accounting);
    const reportedAt = await pool.poolETH.lastRebase();
    const { time } = pool.chain.networkHelpers;
    const deposit = async () =>
      pool.poolETH.connect(pool.alice).deposit(pool.alice.address, ZeroAddress, { value: ETHER });
    const exit = async () =>
      pool.withdrawalVault
        .connect(pool.alice)
        .requestWithdrawals(`0x${"11".repeat(48)}`, [0n], pool.alice, { value: 1n });

    await time.setNextBlockTimestamp(reportedAt + 14n * DAY);
    await deposit();
    await time.setNextBlockTimestamp(reportedAt + 14n * DAY + 1n);
    await expect(deposit()).to.be.revertedWithCustomError(pool.poolETH, "ReportStale").withArgs(reportedAt);
    await time.setNextBlockTimestamp(reportedAt + 30n * DAY);
    await expect(exit()).to.be.revertedWithCustomError(pool.withdrawalVault, "CallerNotAllowed");
    await time.setNextBlockTimestamp(reportedAt + 30n * DAY + 1n);
    await exit();
  });

  it("of Accounting keeps the pool from counting as abandoned, by rebases that change nothing", async () => {
    const hostile = await takeOver(pool, pool.accounting);
    const total = await pool.poolETH.totalPooledEther();
    const data = pool.poolETH.interface.encodeFunctionData("rebase", [total, feesOf(pool, {}), 0n]);
    for (let month = 0; month < 4; month++) {
      await hostile.execute([await callOf(pool, pool.poolETH, data)]);
      await wait(pool, 30n * DAY);
      await expect(
        pool.withdrawalVault
          .connect(pool.alice)
          .requestWithdrawals(`0x${"11".repeat(48)}`, [0n], pool.alice, { value: 1n }),
      )
        .to.be.revertedWithCustomError(pool.withdrawalVault, "CallerNotAllowed")
        .withArgs(pool.alice.address);
    }
  });

  it("upgrades itself at will from then on: the announcement protects honest code alone", async () => {
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const before = await pool.chain.networkHelpers.getStorageAt(await pool.accounting.getAddress(), slot);
    const hostile = await takeOver(pool, pool.accounting);
    await expect(pool.accounting.lastReport()).to.be.revertedWithoutReason(pool.chain.ethers);

    await hostile.connect(pool.attacker).become(`0x${before.slice(-40)}`);
    expect((await pool.accounting.lastReport()).stakedKeys).to.equal(2n);
  });
});

async function clusterOf(pool: HostilePool) {
  const ceremony = await makeCeremony(pool, 1);
  const { operatorIds, cluster } = await offer(pool, ceremony, 0n, 0, 1);
  return { operatorIds, cluster };
}
