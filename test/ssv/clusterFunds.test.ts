import { expect } from "chai";

import { ROLES } from "../../deploy/modules/Suite.ts";
import { liquidationCollateral } from "../../src/ssv/fees.ts";
import { BURN_RATE, deployRunning, feeTerms, liquidate, MIN_RUNWAY, poolCluster } from "../helpers/clusters.ts";
import { etherOf } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { ETHER } from "../helpers/registry.ts";

const VALIDATORS = 2n;
const BURNED_A_BLOCK = VALIDATORS * BURN_RATE;
/** What a withdrawal leaves: the least runway and a week. */
const KEPT_RUNWAY = MIN_RUNWAY + 50_400n;
const FUNCTIONS_WITH_ADDRESSES = [
  "announceUpgrade(address,bytes)",
  "initialize(address,uint32,uint32)",
  "upgradeToAndCall(address,bytes)",
  "withdrawReserve(address,uint256)",
];

describe("ClusterManager.fund", () => {
  const suite = useSuite(() => deployRunning(2));

  it("pays from the reserve into the cluster", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    const reserve = await clusterManager.reserve();
    await expect(clusterManager.connect(operator).fund(operatorIds, cluster, ETHER / 10n))
      .to.emit(ssvNetwork, "ClusterDeposited")
      .withArgs(owner, operatorIds, ETHER / 10n, Object.values({ ...cluster, balance: cluster.balance + ETHER / 10n }));
    expect((await poolCluster(suite())).balance).to.equal(balance + ETHER / 10n - BURNED_A_BLOCK);
    expect(await clusterManager.reserve()).to.equal(reserve - ETHER / 10n);
  });

  it("reverts for more than the reserve", async () => {
    const { clusterManager, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const reserve = await clusterManager.reserve();
    await expect(clusterManager.connect(operator).fund(operatorIds, cluster, reserve + 1n))
      .to.be.revertedWithCustomError(clusterManager, "InsufficientReserve")
      .withArgs(reserve, reserve + 1n);
    await clusterManager.connect(operator).fund(operatorIds, cluster, reserve);
    expect(await clusterManager.reserve()).to.equal(0n);
  });

  it("H16 reverts for a snapshot that anybody outdated, and works with the newest one", async () => {
    const { clusterManager, ssvNetwork, operator, treasury } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value: 1n });
    const fund = clusterManager.connect(operator).fund;
    await expect(fund(operatorIds, cluster, 1n)).to.be.revertedWithCustomError(ssvNetwork, "IncorrectClusterState");
    await expect(fund(operatorIds, (await poolCluster(suite())).cluster, 1n)).to.emit(ssvNetwork, "ClusterDeposited");
  });

  it("H18 can lose to who liquidates an insolvent cluster what it lacks of its collateral, and not a wei more", async () => {
    const { clusterManager, ssvNetwork, authority, admin, chain } = suite();
    const thief = await chain.ethers.deployContract("HostilePolicy");
    await authority.connect(admin).grantRole(ROLES.OPERATOR, thief, 0);
    // New terms take more than the cluster has.
    await ssvNetwork.updateLiquidationThresholdPeriod(1_296_000n);
    const { owner, operatorIds, cluster, balance } = await poolCluster(suite());
    const lacking = liquidationCollateral(await feeTerms(suite()), VALIDATORS * 10_000n) - balance;
    // The transaction's own block burns, too.
    const take = async (amount: bigint) => {
      const funded = { ...cluster, balance: cluster.balance + amount };
      const fund = clusterManager.interface.encodeFunctionData("fund", [operatorIds, cluster, amount]);
      const liquidation = ssvNetwork.interface.encodeFunctionData("liquidate", [owner, operatorIds, funded]);
      return thief.execute([
        { target: await clusterManager.getAddress(), value: 0n, data: fund },
        { target: await ssvNetwork.getAddress(), value: 0n, data: liquidation },
      ]);
    };
    await expect(take(lacking + BURNED_A_BLOCK)).to.be.revertedWithCustomError(ssvNetwork, "ClusterNotLiquidatable");
    await take(lacking + BURNED_A_BLOCK - 1n);
    expect(await etherOf(suite(), thief)).to.equal(balance + lacking - 1n);
  });

  it("reverts for operators that have no cluster of the pool", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { cluster } = await poolCluster(suite());
    await expect(clusterManager.connect(operator).fund([1n, 2n, 3n, 5n], cluster, 1n)).to.be.revertedWithCustomError(
      ssvNetwork,
      "ClusterDoesNotExist",
    );
  });

  it("reverts for everybody but the operator", async () => {
    const { clusterManager, admin, guardian } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const { selector } = clusterManager.interface.getFunction("fund");
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).fund(operatorIds, cluster, 1n))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });
});

describe("ClusterManager.withdraw", () => {
  const suite = useSuite(() => deployRunning(2));

  /** What may be taken in the next block, and what must stay, if each validator burns for `ethEach`. */
  const withdrawable = async (ethEach = 32n) => {
    const { balance } = await poolCluster(suite());
    const terms = await feeTerms(suite());
    const vUnits = (VALIDATORS * ethEach * 10_000n) / 32n;
    const required = liquidationCollateral(terms, vUnits) + ((BURNED_A_BLOCK * ethEach) / 32n) * KEPT_RUNWAY;
    return { amount: balance - BURNED_A_BLOCK - required, required };
  };

  it("takes ether back into the reserve, and leaves the least runway and a week", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const reserve = await clusterManager.reserve();
    const { amount } = await withdrawable();
    expect(amount).to.be.greaterThan(0n);

    await expect(clusterManager.connect(operator).withdraw(operatorIds, cluster, amount))
      .to.emit(clusterManager, "ReserveDeposited")
      .withArgs(await ssvNetwork.getAddress(), amount);

    expect(await clusterManager.reserve()).to.equal(reserve + amount);
    const after = await poolCluster(suite());
    expect(await clusterManager.runwayOf(operatorIds, after.cluster)).to.equal(KEPT_RUNWAY);
  });

  it("reverts for one wei more, and for more than there is", async () => {
    const { clusterManager, operator } = suite();
    const { operatorIds, cluster, balance } = await poolCluster(suite());
    const { amount, required } = await withdrawable();
    for (const [asked, left] of [
      [amount + 1n, required - 1n],
      [2n * balance, 0n],
    ] as const)
      await expect(clusterManager.connect(operator).withdraw(operatorIds, cluster, asked))
        .to.be.revertedWithCustomError(clusterManager, "RunwayNotKept")
        .withArgs(left, required);
  });

  it("leaves as much for validators as large as they may become", async () => {
    const { clusterManager, operator, admin } = suite();
    await clusterManager.connect(admin).setMaxEffectiveBalance(64);
    const { operatorIds, cluster } = await poolCluster(suite());
    const { amount, required } = await withdrawable(64n);
    await expect(clusterManager.connect(operator).withdraw(operatorIds, cluster, amount + 1n))
      .to.be.revertedWithCustomError(clusterManager, "RunwayNotKept")
      .withArgs(required - 1n, required);
  });

  it("H18 makes no top-up possible for a week, so that compensations cannot drain the reserve", async () => {
    const { clusterManager, operator, chain } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.connect(operator).withdraw(operatorIds, cluster, (await withdrawable()).amount);
    const after = await poolCluster(suite());
    const topUp = () => clusterManager.connect(operator).topUp(operatorIds, after.cluster);
    await chain.networkHelpers.mine(50_399n);
    await expect(topUp())
      .to.be.revertedWithCustomError(clusterManager, "RunwaySufficient")
      .withArgs(MIN_RUNWAY, MIN_RUNWAY);
    await chain.networkHelpers.mine();
    await expect(topUp()).to.emit(clusterManager, "ClusterToppedUp");
  });

  it("takes everything out of a liquidated cluster", async () => {
    const { clusterManager, operator } = suite();
    await liquidate(suite());
    const { operatorIds, cluster } = await poolCluster(suite());
    expect([cluster.active, cluster.balance]).to.deep.equal([false, 0n]);
    await clusterManager.connect(operator).fund(operatorIds, cluster, 5n);
    const reserve = await clusterManager.reserve();
    await clusterManager.connect(operator).withdraw(operatorIds, (await poolCluster(suite())).cluster, 5n);
    expect(await clusterManager.reserve()).to.equal(reserve + 5n);
    expect((await poolCluster(suite())).cluster.balance).to.equal(0n);
  });

  it("H16 reverts for a snapshot that pretends to be liquidated or empty", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    for (const pretended of [
      { ...cluster, active: false },
      { ...cluster, validatorCount: 0n },
    ])
      await expect(clusterManager.connect(operator).withdraw(operatorIds, pretended, 1n)).to.be.revertedWithCustomError(
        ssvNetwork,
        "IncorrectClusterState",
      );
  });

  it("reverts for everybody but the operator", async () => {
    const { clusterManager, admin, guardian } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const { selector } = clusterManager.interface.getFunction("withdraw");
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).withdraw(operatorIds, cluster, 1n))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });

  it("H18 sends ether of clusters to the reserve alone: only the limited withdrawal names a receiver", async () => {
    const { clusterManager, ssvNetwork, operator } = suite();
    const named: string[] = [];
    clusterManager.interface.forEachFunction(({ constant, inputs, ...fragment }) => {
      if (!constant && inputs.some(({ type }) => type.includes("address"))) named.push(fragment.name);
    });
    expect(named.sort()).to.deep.equal(FUNCTIONS_WITH_ADDRESSES.map((signature) => signature.split("(")[0]));

    const { operatorIds, cluster } = await poolCluster(suite());
    const { amount } = await withdrawable();
    const others = [operator, ...(await suite().chain.ethers.getSigners()).slice(3, 8)];
    const held = await Promise.all(others.map((account) => etherOf(suite(), account)));
    const sent = await clusterManager.connect(operator).withdraw(operatorIds, cluster, amount);
    const { fee } = (await sent.wait()) ?? { fee: 0n };
    const after = await Promise.all(others.map((account) => etherOf(suite(), account)));
    expect(after).to.deep.equal(held.map((ether, i) => (i === 0 ? ether - fee : ether)));
    expect(await etherOf(suite(), ssvNetwork)).to.equal(cluster.balance - amount);
  });
});
