import { expect } from "chai";
import { network as connections } from "hardhat";

import {
  BURN_RATE,
  clusterAfter,
  deploySSV,
  EMPTY_CLUSTER,
  MINIMUM_COLLATERAL,
  OPERATOR_IDS,
  publicKeys,
  register,
  shares,
  THRESHOLD_BLOCKS,
} from "../helpers/ssv.ts";

const connection = await connections.create();
const { networkHelpers } = connection;
const ETHER = 10n ** 18n;

async function fixture() {
  return await deploySSV(connection);
}

async function oneValidator() {
  const ssv = await fixture();
  return { ...ssv, cluster: await register(ssv, EMPTY_CLUSTER, publicKeys(1), ETHER) };
}

async function liquidated() {
  const ssv = await oneValidator();
  const call = ssv.network.connect(ssv.owner).liquidate(ssv.owner, OPERATOR_IDS, ssv.cluster);
  return { ...ssv, cluster: await clusterAfter(ssv, call) };
}

describe("SSV simulator: clusters", () => {
  it("takes the exact collateral and no wei less", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const collateral = 2n * BURN_RATE * THRESHOLD_BLOCKS;
    const call = (value: bigint) =>
      ssv.network
        .connect(ssv.owner)
        .bulkRegisterValidator(publicKeys(2), OPERATOR_IDS, shares(2), EMPTY_CLUSTER, { value });

    await expect(call(collateral - 1n)).to.be.revertedWithCustomError(ssv.network, "InsufficientBalance");
    await expect(call(collateral)).to.emit(ssv.network, "ValidatorAdded");
  });

  it("asks for the minimum collateral of a small cluster", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    await ssv.network.connect(ssv.dao).updateMinimumLiquidationCollateral(2n * MINIMUM_COLLATERAL);
    const call = (value: bigint) =>
      ssv.network
        .connect(ssv.owner)
        .bulkRegisterValidator(publicKeys(1), OPERATOR_IDS, shares(1), EMPTY_CLUSTER, { value });

    await expect(call(2n * MINIMUM_COLLATERAL - 1n)).to.be.revertedWithCustomError(ssv.network, "InsufficientBalance");
    await expect(call(2n * MINIMUM_COLLATERAL)).to.emit(ssv.network, "ValidatorAdded");
  });

  it("becomes liquidatable one block after its runway, and pays the rest to the liquidator", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const collateral = 5n * BURN_RATE * THRESHOLD_BLOCKS;
    const cluster = await register(ssv, EMPTY_CLUSTER, publicKeys(5), collateral + 1_000n * 5n * BURN_RATE);

    await networkHelpers.mine(1_000);
    expect(await ssv.views.isLiquidatable(ssv.owner, OPERATOR_IDS, cluster)).to.equal(false);
    expect(await ssv.views.getBalance(ssv.owner, OPERATOR_IDS, cluster)).to.equal(collateral);

    await networkHelpers.mine(1);
    expect(await ssv.views.isLiquidatable(ssv.owner, OPERATOR_IDS, cluster)).to.equal(true);
    const liquidation = ssv.network.connect(ssv.stranger).liquidate(ssv.owner, OPERATOR_IDS, cluster);
    await expect(liquidation).to.changeEtherBalance(ssv.ethers, ssv.stranger, collateral - 2n * 5n * BURN_RATE);
  });

  it("refuses a stranger's liquidation of a solvent cluster", async () => {
    const { network, owner, stranger, cluster } = await networkHelpers.loadFixture(oneValidator);

    const call = network.connect(stranger).liquidate(owner, OPERATOR_IDS, cluster);

    await expect(call).to.be.revertedWithCustomError(network, "ClusterNotLiquidatable");
  });

  it("leaves (n, 0, 0, false, 0) after a liquidation", async () => {
    const { network, views, owner, cluster } = await networkHelpers.loadFixture(liquidated);

    expect(cluster).to.deep.equal({ validatorCount: 1n, networkFeeIndex: 0n, index: 0n, active: false, balance: 0n });
    expect(await views.isLiquidated(owner, OPERATOR_IDS, cluster)).to.equal(true);
    expect(await views.isLiquidatable(owner, OPERATOR_IDS, cluster)).to.equal(false);
    expect(await views.getBurnRate(owner, OPERATOR_IDS, cluster)).to.equal(BURN_RATE);
    expect(await views.getNetworkValidatorsCount()).to.equal(0);
    for (const view of [views.getBalance, views.getEffectiveBalance])
      await expect(view(owner, OPERATOR_IDS, cluster)).to.be.revertedWithCustomError(network, "ClusterIsLiquidated");
  });

  it("takes deposits, withdrawals and removals on a liquidated cluster, but no registrations", async () => {
    const ssv = await networkHelpers.loadFixture(liquidated);
    const network = ssv.network.connect(ssv.owner);

    const refused = network.registerValidator(publicKeys(1, 9)[0] ?? "", OPERATOR_IDS, "0x", ssv.cluster);
    await expect(refused).to.be.revertedWithCustomError(network, "ClusterIsLiquidated");

    let cluster = await clusterAfter(ssv, network.deposit(ssv.owner, OPERATOR_IDS, ssv.cluster, { value: 5n }));
    expect(cluster.balance).to.equal(5n);
    expect(cluster.active).to.equal(false);
    cluster = await clusterAfter(ssv, network.withdraw(OPERATOR_IDS, 5n, cluster));
    cluster = await clusterAfter(ssv, network.removeValidator(publicKeys(1)[0] ?? "", OPERATOR_IDS, cluster));
    expect(cluster.validatorCount).to.equal(0n);
  });

  it("reactivates with the collateral", async () => {
    const ssv = await networkHelpers.loadFixture(liquidated);
    const network = ssv.network.connect(ssv.owner);
    const collateral = MINIMUM_COLLATERAL;

    const tooLittle = network.reactivate(OPERATOR_IDS, ssv.cluster, { value: collateral - 1n });
    await expect(tooLittle).to.be.revertedWithCustomError(network, "InsufficientBalance");

    const cluster = await clusterAfter(ssv, network.reactivate(OPERATOR_IDS, ssv.cluster, { value: collateral }));
    expect(cluster.active).to.equal(true);
    const again = network.reactivate(OPERATOR_IDS, cluster);
    await expect(again).to.be.revertedWithCustomError(network, "ClusterAlreadyEnabled");
  });

  it("refuses a stale struct and an unknown cluster", async () => {
    const { network, owner, stranger, cluster } = await networkHelpers.loadFixture(oneValidator);
    await network.connect(stranger).deposit(owner, OPERATOR_IDS, cluster, { value: 1n });

    const stale = network.connect(owner).withdraw(OPERATOR_IDS, 1n, cluster);
    await expect(stale).to.be.revertedWithCustomError(network, "IncorrectClusterState");
    const unknown = network.connect(stranger).withdraw(OPERATOR_IDS, 1n, cluster);
    await expect(unknown).to.be.revertedWithCustomError(network, "ClusterDoesNotExist");
  });

  it("withdraws any amount of wei down to the collateral", async () => {
    const ssv = await networkHelpers.loadFixture(oneValidator);
    const network = ssv.network.connect(ssv.owner);

    const call = network.withdraw(OPERATOR_IDS, 123_457n, ssv.cluster);
    await expect(call).to.changeEtherBalance(ssv.ethers, ssv.owner, 123_457n);
    const cluster = await clusterAfter(ssv, call);

    const spendable = ETHER - 123_457n - 2n * BURN_RATE - MINIMUM_COLLATERAL;
    const tooMuch = network.withdraw(OPERATOR_IDS, spendable + 1n, cluster);
    await expect(tooMuch).to.be.revertedWithCustomError(network, "InsufficientBalance");
    await network.withdraw(OPERATOR_IDS, spendable - BURN_RATE, cluster);
  });

  it("empties a cluster without validators", async () => {
    const ssv = await networkHelpers.loadFixture(oneValidator);
    const network = ssv.network.connect(ssv.owner);
    const cluster = await clusterAfter(ssv, network.removeValidator(publicKeys(1)[0] ?? "", OPERATOR_IDS, ssv.cluster));

    const call = network.withdraw(OPERATOR_IDS, cluster.balance, cluster);

    await expect(call).to.changeEtherBalance(ssv.ethers, ssv.owner, BigInt(cluster.balance));
  });

  it("knows no clusters that pay in tokens", async () => {
    const { network, views, owner, stranger, cluster } = await networkHelpers.loadFixture(oneValidator);

    expect(await views.getClusterAssetType(owner, OPERATOR_IDS)).to.equal(1n);
    await expect(network.liquidateSSV(owner, OPERATOR_IDS, cluster)).to.be.revertedWithCustomError(
      network,
      "IncorrectClusterVersion",
    );
    await expect(network.connect(owner).migrateClusterToETH(OPERATOR_IDS, cluster)).to.be.revertedWithCustomError(
      network,
      "IncorrectClusterVersion",
    );
    await expect(network.connect(stranger).migrateClusterToETH(OPERATOR_IDS, cluster)).to.be.revertedWithCustomError(
      network,
      "ClusterDoesNotExist",
    );
  });

  it("refuses plain ether, and calls that change anything through the views", async () => {
    const { ethers, network, views, owner, stranger, cluster } = await networkHelpers.loadFixture(oneValidator);

    await expect(stranger.sendTransaction({ to: network, value: 1n })).to.revert(ethers);
    const through = await ethers.getContractAt("ISSVNetwork", await views.getAddress());
    await expect(through.connect(stranger).deposit(owner, OPERATOR_IDS, cluster)).to.revert(ethers);
  });
});
