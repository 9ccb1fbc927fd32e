import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network as connections } from "hardhat";

import { deploySSV, EMPTY_CLUSTER, NETWORK_FEE, OPERATOR_IDS, publicKeys, register } from "../helpers/ssv.ts";

const connection = await connections.create();
const { networkHelpers } = connection;
const ETHER = 10n ** 18n;

async function fixture() {
  const ssv = await deploySSV(connection);
  return { ...ssv, owned: ssv.network.connect(ssv.dao) };
}

describe("SSV simulator: parameters", () => {
  it("changes each of them", async () => {
    const { owned, views, stranger } = await networkHelpers.loadFixture(fixture);

    await owned.updateNetworkFee(100_000n);
    await owned.updateOperatorFeeIncreaseLimit(500n);
    await owned.updateDeclareOperatorFeePeriod(1n);
    await owned.updateExecuteOperatorFeePeriod(2n);
    await owned.updateLiquidationThresholdPeriod(21_480n);
    await owned.updateMinimumLiquidationCollateral(300_000n);
    await owned.updateMaximumOperatorFee(6_000_000_000n);
    await owned.updateMinimumOperatorEthFee(400_000n);
    await owned.updateQuorumBps(5_000n);
    await owned.replaceOracle(1n, stranger);

    expect(await views.getNetworkFee()).to.equal(100_000n);
    expect(await views.getOperatorFeeIncreaseLimit()).to.equal(500n);
    expect([...(await views.getOperatorFeePeriods())]).to.deep.equal([1n, 2n]);
    expect(await views.getLiquidationThresholdPeriod()).to.equal(21_480n);
    expect(await views.getMinimumLiquidationCollateral()).to.equal(300_000n);
    expect(await views.getMaximumOperatorFee()).to.equal(6_000_000_000n);
    expect(await views.getMinimumOperatorEthFee()).to.equal(400_000n);
    expect(await views.getQuorumBps()).to.equal(5_000n);
    expect(await views.getOracle(1n)).to.equal(stranger.address);
    expect(await views.getActiveOracleIds()).to.deep.equal([1n, 2n, 3n, 4n]);
    expect(await views.getVersion()).to.equal("v2.0.0");
  });

  it("refuses values out of bounds", async () => {
    const { owned, oracles } = await networkHelpers.loadFixture(fixture);
    const [first = ZeroAddress, second = ZeroAddress] = oracles;
    const cases: [() => Promise<unknown>, string][] = [
      [() => owned.updateNetworkFee(1n), "MaxPrecisionExceeded"],
      [() => owned.updateNetworkFee(1n << 128n), "MaxValueExceeded"],
      [() => owned.updateLiquidationThresholdPeriod(21_479n), "NewBlockPeriodIsBelowMinimum"],
      [() => owned.updateMaximumOperatorFee(0n), "InvalidOperatorFeeRange"],
      [() => owned.updateMinimumOperatorEthFee(ETHER), "InvalidOperatorFeeRange"],
      [() => owned.updateQuorumBps(0n), "InvalidQuorum"],
      [() => owned.updateQuorumBps(10_001n), "InvalidQuorum"],
      [() => owned.replaceOracle(5n, first), "InvalidOracleId"],
      [() => owned.replaceOracle(1n, ZeroAddress), "ZeroAddress"],
      [() => owned.replaceOracle(1n, first), "SameOracleAddressNotAllowed"],
      [() => owned.replaceOracle(1n, second), "OracleAlreadyAssigned"],
    ];

    for (const [call, error] of cases) await expect(call()).to.be.revertedWithCustomError(owned, error);
  });

  it("obeys its owner only", async () => {
    const { network, stranger } = await networkHelpers.loadFixture(fixture);

    const call = network.connect(stranger).updateNetworkFee(0n);

    await expect(call).to.be.revertedWith("Ownable: caller is not the owner");
  });

  it("changes owners in two steps", async () => {
    const { ethers, network, dao, stranger } = await networkHelpers.loadFixture(fixture);
    const ownership = await ethers.getContractAt("SSVOwnership", await network.getAddress());

    await ownership.connect(dao).transferOwnership(stranger);
    expect(await ownership.owner()).to.equal(dao.address);
    expect(await ownership.pendingOwner()).to.equal(stranger.address);
    const accepted = ownership.connect(dao).acceptOwnership();
    await expect(accepted).to.be.revertedWith("Ownable2Step: caller is not the new owner");
    await ownership.connect(stranger).acceptOwnership();
    expect(await ownership.owner()).to.equal(stranger.address);
  });

  it("earns the old fee up to the block of the change", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    await register(ssv, EMPTY_CLUSTER, publicKeys(3), ETHER);

    await networkHelpers.mine(9);
    await ssv.owned.updateNetworkFee(100_000n);
    await networkHelpers.mine(5);

    expect(await ssv.views.getNetworkEarnings()).to.equal(30n * NETWORK_FEE + 15n * 100_000n);
  });

  it("cannot be set up twice", async () => {
    const { ethers, network, dao, oracles } = await networkHelpers.loadFixture(fixture);
    const router = await ethers.getContractAt("SSVNetworkRouter", await network.getAddress());
    const zero = {
      liquidationThresholdPeriod: 0n,
      minimumLiquidationCollateral: 0n,
      validatorsPerOperatorLimit: 0n,
      declareOperatorFeePeriod: 0n,
      executeOperatorFeePeriod: 0n,
      operatorFeeIncreaseLimit: 0n,
      networkFee: 0n,
      maximumOperatorFee: 0n,
      minimumOperatorEthFee: 0n,
    };
    const [a = dao, b = dao, c = dao, d = dao] = oracles;

    const call = router.initialize([], zero, dao, [a, b, c, d]);

    await expect(call).to.be.revertedWithCustomError(router, "AlreadyInitialized");
  });

  it("knows no validators of operators that never registered", async () => {
    const { views, owner } = await networkHelpers.loadFixture(fixture);

    await expect(views.getClusterAssetType(owner, OPERATOR_IDS)).to.be.revertedWithCustomError(
      views,
      "ClusterDoesNotExist",
    );
    expect((await views.getOperatorById(9n)).owner).to.equal(ZeroAddress);
  });
});
