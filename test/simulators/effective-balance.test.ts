import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { type BigNumberish, solidityPackedKeccak256 } from "ethers";
import { network as connections } from "hardhat";

import type { ClusterStruct } from "../../typechain-types/contracts/interfaces/external/ISSVNetwork.ts";
import {
  BURN_RATE,
  clusterAfter,
  deploySSV,
  EMPTY_CLUSTER,
  NETWORK_FEE,
  OPERATOR_FEE,
  OPERATOR_IDS,
  publicKeys,
  register,
  type SSV,
  THRESHOLD_BLOCKS,
} from "../helpers/ssv.ts";

const connection = await connections.create();
const { networkHelpers } = connection;
const ETHER = 10n ** 18n;

async function fixture() {
  const ssv = await deploySSV(connection);
  return { ...ssv, cluster: await register(ssv, EMPTY_CLUSTER, publicKeys(2), ETHER) };
}

/** Lets three oracles commit the effective balance of the owner's cluster; returns the block and the proof. */
async function commit(ssv: SSV, effectiveBalance: BigNumberish): Promise<{ block: number; proof: string[] }> {
  const cluster = solidityPackedKeccak256(["address", "uint64[]"], [ssv.owner.address, OPERATOR_IDS]);
  const leaves = [
    [cluster, effectiveBalance],
    ["0x" + "11".repeat(32), 32],
  ];
  const tree = StandardMerkleTree.of(leaves, ["bytes32", "uint32"]);
  const block = await ssv.ethers.provider.getBlockNumber();
  for (const oracle of ssv.oracles.slice(0, 3)) await ssv.network.connect(oracle).commitRoot(tree.root, block);
  return { block, proof: tree.getProof([cluster, effectiveBalance]) };
}

async function update(ssv: SSV, cluster: ClusterStruct, effectiveBalance: number): Promise<ClusterStruct> {
  const { block, proof } = await commit(ssv, effectiveBalance);
  const network = ssv.network.connect(ssv.stranger);
  return await clusterAfter(
    ssv,
    network.updateClusterBalance(block, ssv.owner, OPERATOR_IDS, cluster, effectiveBalance, proof),
  );
}

describe("SSV simulator: effective balances", () => {
  it("charges for the new balance from the update on", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const registration = BigInt(await ssv.ethers.provider.getBlockNumber());

    const cluster = await update(ssv, ssv.cluster, 96);

    const blocks = BigInt(await ssv.ethers.provider.getBlockNumber()) - registration;
    expect(cluster.balance).to.equal(ETHER - blocks * 2n * BURN_RATE);
    expect(await ssv.views.getBurnRate(ssv.owner, OPERATOR_IDS, cluster)).to.equal(3n * BURN_RATE);
    expect(await ssv.views.getEffectiveBalance(ssv.owner, OPERATOR_IDS, cluster)).to.equal(96n);
    const before = [await ssv.views.getOperatorEarnings(1n), await ssv.views.getNetworkEarnings()];
    await networkHelpers.mine(10);
    expect(await ssv.views.getOperatorEarnings(1n)).to.equal((before[0] ?? 0n) + 30n * OPERATOR_FEE);
    expect(await ssv.views.getNetworkEarnings()).to.equal((before[1] ?? 0n) + 30n * NETWORK_FEE);
  });

  it("adds and removes 32 ETH per validator, and forgets the rest with the last", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const network = ssv.network.connect(ssv.owner);
    const burnRate = async (state: ClusterStruct) => await ssv.views.getBurnRate(ssv.owner, OPERATOR_IDS, state);

    let cluster = await update(ssv, ssv.cluster, 96);
    cluster = await register(ssv, cluster, publicKeys(1, 2), 0n);
    expect(await burnRate(cluster)).to.equal(4n * BURN_RATE);
    cluster = await clusterAfter(ssv, network.bulkRemoveValidator(publicKeys(2), OPERATOR_IDS, cluster));
    expect(await burnRate(cluster)).to.equal(2n * BURN_RATE);
    cluster = await clusterAfter(ssv, network.bulkRemoveValidator(publicKeys(1, 2), OPERATOR_IDS, cluster));
    expect(await burnRate(cluster)).to.equal(0n);

    const earnings = await ssv.views.getOperatorEarnings(1n);
    await networkHelpers.mine(10);
    expect(await ssv.views.getOperatorEarnings(1n)).to.equal(earnings);
  });

  it("keeps the balance through liquidation and reactivation", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const network = ssv.network.connect(ssv.owner);

    let cluster = await update(ssv, ssv.cluster, 96);
    cluster = await clusterAfter(ssv, network.liquidate(ssv.owner, OPERATOR_IDS, cluster));
    const earnings = await ssv.views.getOperatorEarnings(1n);
    await networkHelpers.mine(10);
    expect(await ssv.views.getOperatorEarnings(1n)).to.equal(earnings);

    const collateral = 3n * BURN_RATE * THRESHOLD_BLOCKS;
    const tooLittle = network.reactivate(OPERATOR_IDS, cluster, { value: collateral - 1n });
    await expect(tooLittle).to.be.revertedWithCustomError(network, "InsufficientBalance");
    cluster = await clusterAfter(ssv, network.reactivate(OPERATOR_IDS, cluster, { value: collateral }));
    expect(await ssv.views.getEffectiveBalance(ssv.owner, OPERATOR_IDS, cluster)).to.equal(96n);
    await networkHelpers.mine(10);
    expect(await ssv.views.getOperatorEarnings(1n)).to.equal(earnings + 30n * OPERATOR_FEE);
  });

  it("leaves a removed operator out of every later change", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const network = ssv.network.connect(ssv.owner);
    const earnings = async () => [await ssv.views.getOperatorEarnings(1n), await ssv.views.getOperatorEarnings(4n)];

    let cluster = await update(ssv, ssv.cluster, 96);
    await ssv.network.connect(ssv.operatorOwner).removeOperator(4n);
    cluster = await update(ssv, cluster, 128);
    expect(await ssv.views.getBurnRate(ssv.owner, OPERATOR_IDS, cluster)).to.equal(4n * (BURN_RATE - OPERATOR_FEE));
    for (let i = 0; i < 2; i++) {
      cluster = await clusterAfter(ssv, network.liquidate(ssv.owner, OPERATOR_IDS, cluster));
      cluster = await clusterAfter(ssv, network.reactivate(OPERATOR_IDS, cluster, { value: ETHER }));
    }
    const [first = 0n] = await earnings();
    await networkHelpers.mine(10);
    expect(await earnings()).to.deep.equal([first + 40n * OPERATOR_FEE, 0n]);

    cluster = await clusterAfter(ssv, network.bulkRemoveValidator(publicKeys(2), OPERATOR_IDS, cluster));
    const settled = await ssv.views.getNetworkEarnings();
    await networkHelpers.mine(10);
    expect(await ssv.views.getNetworkEarnings()).to.equal(settled);
    expect((await earnings())[0]).to.equal(first + 44n * OPERATOR_FEE);
  });

  it("takes the balance of a liquidated cluster, for its reactivation", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const network = ssv.network.connect(ssv.owner);
    let cluster = await clusterAfter(ssv, network.liquidate(ssv.owner, OPERATOR_IDS, ssv.cluster));

    const updated = await update(ssv, cluster, 96);
    expect(updated).to.deep.equal(cluster);
    const collateral = 3n * BURN_RATE * THRESHOLD_BLOCKS;
    const tooLittle = network.reactivate(OPERATOR_IDS, cluster, { value: collateral - 1n });
    await expect(tooLittle).to.be.revertedWithCustomError(network, "InsufficientBalance");
    cluster = await clusterAfter(ssv, network.reactivate(OPERATOR_IDS, cluster, { value: collateral }));
    const before = await ssv.views.getNetworkEarnings();
    await networkHelpers.mine(10);
    expect(await ssv.views.getNetworkEarnings()).to.equal(before + 30n * NETWORK_FEE);
  });

  it("liquidates a cluster that the new balance makes insolvent, to the caller", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const spare = ETHER - 20n * 2n * BURN_RATE - 2n * BURN_RATE * THRESHOLD_BLOCKS;
    const funded = await clusterAfter(ssv, ssv.network.connect(ssv.owner).withdraw(OPERATOR_IDS, spare, ssv.cluster));
    const { block, proof } = await commit(ssv, 4_096);

    const call = ssv.network
      .connect(ssv.stranger)
      .updateClusterBalance(block, ssv.owner, OPERATOR_IDS, funded, 4_096, proof);

    await expect(call).to.emit(ssv.network, "ClusterLiquidated").and.to.emit(ssv.network, "ClusterBalanceUpdated");
    const balance = BigInt(funded.balance) - 4n * 2n * BURN_RATE;
    await expect(call).to.changeEtherBalance(ssv.ethers, ssv.stranger, balance);
    expect((await clusterAfter(ssv, call)).active).to.equal(false);
    expect(await ssv.views.getNetworkValidatorsCount()).to.equal(0n);
  });

  it("refuses what no root proves", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    const { block, proof } = await commit(ssv, 96);
    const call = (blockNum: number, cluster: ClusterStruct, effectiveBalance: number) =>
      ssv.network.updateClusterBalance(blockNum, ssv.owner, OPERATOR_IDS, cluster, effectiveBalance, proof);
    const revert = async (sent: Promise<unknown>, error: string) => {
      await expect(sent).to.be.revertedWithCustomError(ssv.network, error);
    };

    await revert(call(block - 1, ssv.cluster, 96), "RootNotFound");
    await revert(call(block, ssv.cluster, 97), "InvalidProof");
    const cluster = await clusterAfter(ssv, call(block, ssv.cluster, 96));
    await revert(call(block, cluster, 96), "StaleUpdate");
    await ssv.network.connect(ssv.dao).updateMinBlocksBetweenUpdates(100);
    await revert(call(block, cluster, 96), "UpdateTooFrequent");
  });

  it("bounds the balance by 32 and 2048 ETH per validator", async () => {
    const ssv = await networkHelpers.loadFixture(fixture);
    for (const [effectiveBalance, error] of [
      [63, "EBBelowMinimum"],
      [4_097, "EBExceedsMaximum"],
    ] as const)
      await expect(update(ssv, ssv.cluster, effectiveBalance)).to.be.revertedWithCustomError(ssv.network, error);
  });

  it("commits a root with the third of four votes", async () => {
    const { network, oracles, stranger, views, ethers } = await networkHelpers.loadFixture(fixture);
    const [first, second, third, fourth] = oracles.map((oracle) => network.connect(oracle));
    const root = "0x" + "22".repeat(32);
    const block = await ethers.provider.getBlockNumber();
    const weight = 25n * ETHER;

    await expect(first?.commitRoot(root, block))
      .to.emit(network, "WeightedRootProposed")
      .withArgs(root, block, weight, 3n * weight, 1n, oracles[0]?.address);
    await expect(first?.commitRoot(root, block)).to.be.revertedWithCustomError(network, "AlreadyVoted");
    await expect(network.connect(stranger).commitRoot(root, block)).to.be.revertedWithCustomError(network, "NotOracle");
    await expect(second?.commitRoot(root, block + 100)).to.be.revertedWithCustomError(network, "FutureBlockNumber");
    await second?.commitRoot(root, block);
    await expect(third?.commitRoot(root, block)).to.emit(network, "RootCommitted").withArgs(root, block);
    expect(await views.getCommittedRoot(block)).to.equal(root);
    await expect(fourth?.commitRoot(root, block)).to.be.revertedWithCustomError(network, "StaleBlockNumber");
  });
});
