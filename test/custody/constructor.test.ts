import { expect } from "chai";

import type { IPoolETH } from "../../typechain-types/contracts/custody/PoolETH.ts";
import { PoolETH__factory } from "../../typechain-types/index.ts";
import { DEAD, LOCKED_SHARES, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

/** Creates a contract without code: PUSH1 0, PUSH1 0, RETURN. */
const TRIVIAL_CODE = "0x60006000f3";

/** A new deployer of pools, and what makes a pool of it. */
async function setup(suite: TestSuite) {
  const { ethers } = suite.chain;
  const poolDeployer = await ethers.deployContract("PoolETHDeployer");
  const poolETH = await poolDeployer.poolETH();
  const [predeploy] = await strangers(suite);
  const members = suite.members.map(({ address }) => address);
  const vault = await ethers.deployContract("WithdrawalVault", [poolETH, predeploy.address, predeploy.address]);
  const rewardsVault = await ethers.deployContract("RewardsVault", [poolETH]);
  const authority = await suite.authority.getAddress();
  const accounting = await ethers.deployContract("Accounting", [authority, poolETH, vault, rewardsVault, 0, 12, 7_200]);
  const poolManager = await ethers.deployContract("PoolManager", [authority, poolETH, accounting, predeploy]);
  const config: IPoolETH.ConfigStruct = {
    authority,
    depositContract: await suite.poolETH.DEPOSIT_CONTRACT(),
    withdrawalVault: await vault.getAddress(),
    rewardsVault: await rewardsVault.getAddress(),
    withdrawalQueue: await (await ethers.deployContract("WithdrawalQueue", [poolETH, accounting])).getAddress(),
    poolManager: await poolManager.getAddress(),
    accounting: await accounting.getAddress(),
    committee: await (await ethers.deployContract("Committee", [poolETH, members, 3])).getAddress(),
    maxGrowthPerYearWad: 10n ** 17n,
    capEth: 1_000n,
  };
  const deploy = (changes: Partial<IPoolETH.ConfigStruct> = {}, value = LOCKED_SHARES) =>
    poolDeployer.deploy(PoolETH__factory.bytecode, { ...config, ...changes }, { value });
  const pool = PoolETH__factory.connect(poolETH, suite.deployer);
  return { poolDeployer, poolETH, config, deploy, pool };
}

describe("The constructor of PoolETH", () => {
  const suite = useSuite(deploySuite);

  it("fixes all peers and limits", async () => {
    const { config, deploy, pool } = await setup(suite());
    await deploy();
    expect(await pool.AUTHORITY()).to.equal(config.authority);
    expect(await pool.DEPOSIT_CONTRACT()).to.equal(config.depositContract);
    expect(await pool.WITHDRAWAL_VAULT()).to.equal(config.withdrawalVault);
    expect(await pool.REWARDS_VAULT()).to.equal(config.rewardsVault);
    expect(await pool.WITHDRAWAL_QUEUE()).to.equal(config.withdrawalQueue);
    expect(await pool.POOL_MANAGER()).to.equal(config.poolManager);
    expect(await pool.ACCOUNTING()).to.equal(config.accounting);
    expect(await pool.committee()).to.equal(config.committee);
    expect(await pool.MAX_GROWTH_PER_YEAR_WAD()).to.equal(config.maxGrowthPerYearWad);
    expect(await pool.cap()).to.equal(1_000n * 10n ** 18n);
  });

  it("H21 begins with locked shares, worth one wei each, and says so", async () => {
    const { deploy, pool, config } = await setup(suite());
    const deployment = await deploy();
    await expect(deployment).to.emit(pool, "Transfer").withArgs(ZERO_ADDRESS, DEAD, LOCKED_SHARES);
    await expect(deployment).to.emit(pool, "TransferShares").withArgs(ZERO_ADDRESS, DEAD, LOCKED_SHARES);
    await expect(deployment).to.emit(pool, "CommitteeChanged").withArgs(ZERO_ADDRESS, config.committee);
    expect(await pool.totalShares()).to.equal(LOCKED_SHARES);
    expect(await pool.shareRateRay()).to.equal(10n ** 27n);
    expect((await pool.rebaseState()).highWaterRateRay).to.equal(10n ** 27n);
    expect(await pool.lastRebase()).to.equal((await deployment.getBlock())?.timestamp);
  });

  it("reverts when a peer is no contract", async () => {
    const { deploy, pool } = await setup(suite());
    const [, nobody] = await strangers(suite());
    const peers = [
      "authority",
      "depositContract",
      "poolManager",
      "accounting",
      "withdrawalVault",
      "rewardsVault",
      "withdrawalQueue",
      "committee",
    ] as const;
    for (const peer of peers)
      await expect(deploy({ [peer]: nobody.address }), peer)
        .to.be.revertedWithCustomError(pool, "PeerMismatch")
        .withArgs(nobody.address);
  });

  it("reverts when a peer points at another pool", async () => {
    const { deploy, pool } = await setup(suite());
    const { poolManager, accounting, withdrawalVault, rewardsVault, committee } = suite();
    for (const [name, peer] of Object.entries({ poolManager, accounting, withdrawalVault, rewardsVault, committee }))
      await expect(deploy({ [name]: await peer.getAddress() }), name)
        .to.be.revertedWithCustomError(pool, "PeerMismatch")
        .withArgs(await peer.getAddress());
  });

  it("takes a growth limit of up to a hundredfold a year", async () => {
    const { deploy, pool } = await setup(suite());
    const maximum = 100n * 10n ** 18n;
    for (const maxGrowthPerYearWad of [0n, maximum + 1n])
      await expect(deploy({ maxGrowthPerYearWad }))
        .to.be.revertedWithCustomError(pool, "GrowthLimitOutOfRange")
        .withArgs(maxGrowthPerYearWad, maximum);
    await deploy({ maxGrowthPerYearWad: maximum });
    expect(await pool.MAX_GROWTH_PER_YEAR_WAD()).to.equal(maximum);
  });

  it("reverts when it is not given exactly the ether of the locked shares", async () => {
    const { deploy, pool } = await setup(suite());
    for (const value of [0n, LOCKED_SHARES - 1n, LOCKED_SHARES + 1n])
      await expect(deploy({}, value))
        .to.be.revertedWithCustomError(pool, "InitialEtherMismatch")
        .withArgs(value, LOCKED_SHARES);
  });
});

describe("PoolETHDeployer", () => {
  const suite = useSuite(deploySuite);

  it("deploys at the address that it told before", async () => {
    const { poolDeployer, poolETH, config, deploy } = await setup(suite());
    expect(poolETH).to.equal(
      suite().chain.ethers.getCreateAddress({ from: await poolDeployer.getAddress(), nonce: 1 }),
    );
    expect(await poolDeployer.deploy.staticCall(TRIVIAL_CODE, config)).to.equal(poolETH);
    await expect(deploy()).to.emit(poolDeployer, "Deployed").withArgs(poolETH);
    expect(await suite().chain.ethers.provider.getCode(poolETH)).to.not.equal("0x");
  });

  it("cannot be front-run: only who deployed it may use it", async () => {
    const { poolDeployer, config } = await setup(suite());
    const [, mallory] = await strangers(suite());
    await expect(poolDeployer.connect(mallory).deploy(PoolETH__factory.bytecode, config, { value: LOCKED_SHARES }))
      .to.be.revertedWithCustomError(poolDeployer, "CallerNotDeployer")
      .withArgs(mallory.address);
    expect(await poolDeployer.DEPLOYER()).to.equal(suite().deployer.address);
  });

  it("makes one pool only: the next would be somewhere else", async () => {
    const { poolDeployer, poolETH, config, deploy, pool } = await setup(suite());
    await deploy();
    await expect(deploy()).to.be.revertedWithCustomError(pool, "PeerMismatch").withArgs(config.poolManager);
    const next = suite().chain.ethers.getCreateAddress({ from: await poolDeployer.getAddress(), nonce: 2 });
    await expect(poolDeployer.deploy(TRIVIAL_CODE, config))
      .to.be.revertedWithCustomError(poolDeployer, "AddressMismatch")
      .withArgs(next, poolETH);
  });

  it("passes the constructor's error on, keeps the address for another try, and tells of failures without a word", async () => {
    const { poolDeployer, poolETH, config, deploy, pool } = await setup(suite());
    await expect(deploy({}, 0n))
      .to.be.revertedWithCustomError(pool, "InitialEtherMismatch")
      .withArgs(0n, LOCKED_SHARES);
    await expect(poolDeployer.deploy("0xfe", config))
      .to.be.revertedWithCustomError(poolDeployer, "AddressMismatch")
      .withArgs(ZERO_ADDRESS, poolETH);
    await deploy();
    expect(await pool.totalShares()).to.equal(LOCKED_SHARES);
  });
});
