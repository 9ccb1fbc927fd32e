import { expect } from "chai";
import { getAddress } from "ethers";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { ROLES } from "../../deploy/modules/Suite.ts";
import { CONSOLIDATION_REQUESTS, DEPOSIT_CONTRACT, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { DAY, ETHER, etherOf, HOUR, LOCKED_SHARES, passTime } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

/** Where ERC-1967 keeps the address of the implementation. */
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

async function implementationOf(suite: TestSuite, proxy: { getAddress(): Promise<string> }): Promise<string> {
  const word = await suite.chain.ethers.provider.getStorage(await proxy.getAddress(), IMPLEMENTATION_SLOT);
  return getAddress(`0x${word.slice(-40)}`);
}

const policyContracts = ({ poolManager, accounting, clusterManager }: TestSuite) => ({
  poolManager,
  accounting,
  clusterManager,
});

describe("The suite as deployed", () => {
  const suite = useSuite(deploySuite);

  it("names the same pool everywhere", async () => {
    const { poolETH, committee, withdrawalVault, rewardsVault } = suite();
    const pool = await poolETH.getAddress();
    for (const peer of [committee, withdrawalVault, rewardsVault, ...Object.values(policyContracts(suite()))])
      expect(await peer.POOL_ETH()).to.equal(pool);
  });

  it("names its peers in the pool, and Ethereum's own contracts", async () => {
    const { poolETH, committee, withdrawalVault, rewardsVault, poolManager, accounting, authority } = suite();
    const { withdrawalQueue, wrappedPoolETH } = suite();
    expect(await poolETH.WITHDRAWAL_VAULT()).to.equal(await withdrawalVault.getAddress());
    expect(await poolETH.REWARDS_VAULT()).to.equal(await rewardsVault.getAddress());
    expect(await poolETH.POOL_MANAGER()).to.equal(await poolManager.getAddress());
    expect(await poolETH.ACCOUNTING()).to.equal(await accounting.getAddress());
    expect(await poolETH.AUTHORITY()).to.equal(await authority.getAddress());
    expect(await poolETH.committee()).to.equal(await committee.getAddress());
    expect(await poolETH.WITHDRAWAL_QUEUE()).to.equal(await withdrawalQueue.getAddress());
    expect(await withdrawalQueue.ACCOUNTING()).to.equal(await accounting.getAddress());
    expect(await wrappedPoolETH.asset()).to.equal(await poolETH.getAddress());
    expect(await poolETH.DEPOSIT_CONTRACT()).to.equal(DEPOSIT_CONTRACT);
    expect(await withdrawalVault.WITHDRAWAL_REQUESTS()).to.equal(WITHDRAWAL_REQUESTS);
    expect(await withdrawalVault.CONSOLIDATION_REQUESTS()).to.equal(CONSOLIDATION_REQUESTS);
  });

  it("fixes the limits of the local parameters", async () => {
    const { poolETH, accounting, clusterManager, committee, treasury, operations } = suite();
    expect(await poolETH.MAX_GROWTH_PER_YEAR_WAD()).to.equal(10n ** 17n);
    expect(await poolETH.cap()).to.equal(50_000n * ETHER);
    expect([await poolETH.totalShares(), await etherOf(suite(), poolETH)]).to.deep.equal([
      LOCKED_SHARES,
      LOCKED_SHARES,
    ]);
    expect(await committee.QUORUM()).to.equal(3n);
    expect(await accounting.SECONDS_PER_SLOT()).to.equal(12n);
    expect(await accounting.SLOTS_PER_FRAME()).to.equal(7_200n);
    expect([...(await accounting.policy())]).to.deep.equal([
      treasury.address,
      1_000n,
      10n,
      10n,
      400n,
      operations.address,
    ]);
    expect([...(await clusterManager.runway())]).to.deep.equal([648_000n, 216_000n]);
    expect(await clusterManager.reserve()).to.equal(ETHER);
  });

  it("names its peers in the policy", async () => {
    const { poolManager, accounting, clusterManager, withdrawalVault, rewardsVault, ssvNetwork } = suite();
    expect(await poolManager.ACCOUNTING()).to.equal(await accounting.getAddress());
    expect(await poolManager.CLUSTER_MANAGER()).to.equal(await clusterManager.getAddress());
    expect(await accounting.WITHDRAWAL_VAULT()).to.equal(await withdrawalVault.getAddress());
    expect(await accounting.REWARDS_VAULT()).to.equal(await rewardsVault.getAddress());
    expect(await clusterManager.SSV_NETWORK()).to.equal(await ssvNetwork.getAddress());
    for (const policy of Object.values(policyContracts(suite())))
      expect(await policy.AUTHORITY()).to.equal(await suite().authority.getAddress());
  });

  it("H69 runs the policy behind proxies whose implementations nobody can initialize", async () => {
    const { admin, rewardsVault, treasury, operations } = suite();
    const { poolManager, accounting, clusterManager } = policyContracts(suite());
    const policy = {
      treasury: treasury.address,
      operations: operations.address,
      feeBasisPoints: 0n,
      costsBasisPoints: 0n,
      maxGainBasisPoints: 1n,
      maxLossBasisPoints: 1n,
    };
    const implementations = new Set<string>();
    for (const proxy of [poolManager, accounting, clusterManager]) {
      const implementation = await implementationOf(suite(), proxy);
      implementations.add(implementation);
      expect(await suite().chain.ethers.provider.getCode(implementation)).to.not.equal("0x");
    }
    expect(implementations).to.have.property("size", 3);

    const at = async <T extends { attach(address: string): unknown }>(proxy: T & { getAddress(): Promise<string> }) =>
      proxy.attach(await implementationOf(suite(), proxy)) as T;
    for (const [contract, initialize] of [
      [poolManager, () => poolManager.connect(admin).initialize()],
      [poolManager, async () => (await at(poolManager)).initialize()],
      [accounting, () => accounting.connect(admin).initialize(policy)],
      [accounting, async () => (await at(accounting)).initialize(policy)],
      [clusterManager, () => clusterManager.connect(admin).initialize(rewardsVault, 2, 1)],
      [clusterManager, async () => (await at(clusterManager)).initialize(rewardsVault, 2, 1)],
    ] as const)
      await expect(initialize()).to.be.revertedWithCustomError(contract, "InvalidInitialization").withArgs();
  });

  it("announces no upgrade", async () => {
    for (const policy of Object.values(policyContracts(suite())))
      expect([...(await policy.announcedUpgrade())]).to.deep.equal([suite().chain.ethers.ZeroHash, 0n, false]);
  });

  it("names the rewards vault as fee recipient at SSV", async () => {
    const { ssvNetwork, clusterManager, rewardsVault } = suite();
    const filter = ssvNetwork.filters.FeeRecipientAddressUpdated(clusterManager);
    const events = await ssvNetwork.queryFilter(filter);
    expect(events.map(({ args }) => args.recipientAddress)).to.deep.equal([await rewardsVault.getAddress()]);
  });

  it("gives each role to one account, without a delay, and none to the deployer", async () => {
    const { authority, chain, admin, operator, guardian, deployer } = suite();
    const holders = new Map([
      [ROLES.ADMIN, admin.address],
      [ROLES.OPERATOR, operator.address],
      [ROLES.GUARDIAN, guardian.address],
    ]);
    const accounts = (await chain.ethers.getSigners()).map(({ address }) => address);
    for (const [role, holder] of holders) {
      for (const account of accounts)
        expect([...(await authority.hasRole(role, account))], account).to.deep.equal([account === holder, 0n]);
      expect(await authority.getRoleAdmin(role)).to.equal(ROLES.ADMIN);
      expect(await authority.getRoleGuardian(role)).to.equal(ROLES.ADMIN);
      expect(await authority.getRoleGrantDelay(role)).to.equal(0n);
    }
    expect(accounts[LOCAL_ACCOUNTS.deployer]).to.equal(deployer.address);
    const granted = await authority.queryFilter(authority.filters.RoleGranted());
    expect(granted.map(({ args }) => args.account)).to.have.members([deployer.address, ...holders.values()]);
  });

  it("leaves to guardian and operator what is theirs, and all the rest to the administrator", async () => {
    const { authority, poolETH } = suite();
    const others = new Map([
      ["pauseDeposits(uint32)", ROLES.GUARDIAN],
      ["pauseStaking(uint32)", ROLES.GUARDIAN],
      ["resume()", ROLES.GUARDIAN],
      ["registerBatch(bytes32,uint32,uint64[],string)", ROLES.OPERATOR],
      ["discardBatch(uint256)", ROLES.OPERATOR],
      ["isValidSignature(bytes32,bytes)", ROLES.OPERATOR],
      ["fund(uint64[],(uint32,uint64,uint64,bool,uint256),uint256)", ROLES.OPERATOR],
      ["withdraw(uint64[],(uint32,uint64,uint64,bool,uint256),uint256)", ROLES.OPERATOR],
      ["reactivate(uint64[],(uint32,uint64,uint64,bool,uint256))", ROLES.OPERATOR],
      ["exit(bytes,uint64[])", ROLES.OPERATOR],
      ["removeUnexited(bytes,uint64[],(uint32,uint64,uint64,bool,uint256))", ROLES.OPERATOR],
      ["updateOperators((bytes,bytes,uint64[],uint64[],(uint32,uint64,uint64,bool,uint256),uint256))", ROLES.OPERATOR],
    ]);
    const found = new Set<string>();
    for (const target of [poolETH, ...Object.values(policyContracts(suite()))]) {
      const fragments: { format(): string; selector: string }[] = [];
      target.interface.forEachFunction((fragment) => fragments.push(fragment));
      for (const fragment of fragments) {
        const signature = fragment.format();
        const role = await authority.getTargetFunctionRole(target, fragment.selector);
        expect(role, signature).to.equal(others.get(signature) ?? ROLES.ADMIN);
        if (role !== ROLES.ADMIN) found.add(signature);
      }
      expect(await authority.isTargetClosed(target)).to.equal(false);
      expect(await authority.getTargetAdminDelay(target)).to.equal(0n);
    }
    expect([...found].sort()).to.deep.equal([...others.keys()].sort());
  });
});

describe("The suite with a delay for its administrator", () => {
  const suite = useSuite(() => deploySuite({ adminDelaySeconds: 48 * 3_600 }));

  it("H70 lets him act through the access manager only, after the delay", async () => {
    const { authority, poolETH, admin } = suite();
    expect([...(await authority.hasRole(ROLES.ADMIN, admin))]).to.deep.equal([true, 2n * DAY]);
    await expect(poolETH.connect(admin).setCap(7n))
      .to.be.revertedWithCustomError(poolETH, "CallerNotAuthorized")
      .withArgs(admin.address, poolETH.interface.getFunction("setCap").selector);

    const data = poolETH.interface.encodeFunctionData("setCap", [7n]);
    await authority.connect(admin).schedule(poolETH, data, 0n);
    await passTime(suite(), 2n * DAY - HOUR);
    await expect(authority.connect(admin).execute(poolETH, data)).to.be.revertedWithCustomError(
      authority,
      "AccessManagerNotReady",
    );
    await passTime(suite(), HOUR);
    await authority.connect(admin).execute(poolETH, data);
    expect(await poolETH.cap()).to.equal(7n * ETHER);
  });

  it("H70 lets him act on the policy in the same way", async () => {
    const { authority, accounting, admin } = suite();
    const cancel = accounting.interface.encodeFunctionData("cancelUpgrade");
    await authority.connect(admin).schedule(accounting, cancel, 0n);
    await passTime(suite(), 2n * DAY);
    await expect(accounting.connect(admin).cancelUpgrade())
      .to.be.revertedWithCustomError(accounting, "CallerNotAuthorized")
      .withArgs(admin.address, accounting.interface.getFunction("cancelUpgrade").selector);
    await expect(authority.connect(admin).execute(accounting, cancel)).to.emit(accounting, "UpgradeCancelled");
  });
});
