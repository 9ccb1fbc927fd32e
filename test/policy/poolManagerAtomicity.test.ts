import { expect } from "chai";

import { activate, approve, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, newBatch, stateOf } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";
import { makeCeremony } from "../helpers/activation.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";

type Approved = Awaited<ReturnType<typeof approve>>;

describe("PoolManager.activate, all or nothing", () => {
  let suite: TestSuite;
  let batch: Awaited<ReturnType<typeof newBatch>>;

  const deployed = useSuite(async () => {
    const funded = await deployFunded(100n);
    batch = await newBatch(funded, 3);
    return funded;
  });
  beforeEach(() => {
    suite = deployed();
  });

  const offered = () => offer(suite, batch.ceremony, batch.batchId, 0, 3);
  const approved = (activation: IPoolManager.ActivationStruct) => approve(suite, activation, suite.members.slice(0, 3));
  const send = (activation: IPoolManager.ActivationStruct, { guard, approvals }: Approved) =>
    suite.poolManager.activate(activation, guard, approvals);

  it("reverts when the reserve does not suffice", async () => {
    const { operatorIds, cluster } = await offered();
    const required = await suite.clusterManager.requiredFunding(operatorIds, cluster, 3, 648_000);
    await suite.chain.networkHelpers.setBalance(await suite.clusterManager.getAddress(), required - 1n);
    const before = await stateOf(suite);

    await expect(activate(suite, batch.ceremony, batch.batchId, 0, 3))
      .to.be.revertedWithCustomError(suite.clusterManager, "InsufficientReserve")
      .withArgs(required - 1n, required);
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("reverts for a snapshot that the cluster never had", async () => {
    const before = await stateOf(suite);
    const change = (activation: IPoolManager.ActivationStruct) => ({
      ...activation,
      cluster: { ...activation.cluster, balance: 1n },
    });
    await expect(activateChanged(suite, batch, [0, 3], change)).to.be.revertedWithCustomError(
      suite.ssvNetwork,
      "IncorrectClusterState",
    );
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("reverts for a snapshot that is no longer the newest", async () => {
    await activate(suite, batch.ceremony, batch.batchId, 0, 1);
    const { cluster, operatorIds } = await offer(suite, batch.ceremony, batch.batchId, 1, 2);
    const owner = await suite.clusterManager.getAddress();
    await suite.ssvNetwork.deposit(owner, operatorIds, cluster, { value: 10n ** 9n });
    const before = await stateOf(suite);

    await expect(
      activateChanged(suite, batch, [1, 2], (activation) => ({ ...activation, cluster })),
    ).to.be.revertedWithCustomError(suite.ssvNetwork, "IncorrectClusterState");
    expect(await stateOf(suite)).to.deep.equal(before);
    await activate(suite, batch.ceremony, batch.batchId, 1, 2);
  });

  it("reverts when SSV does not know an operator", async () => {
    await suite.poolManager.connect(suite.operator).discardBatch(batch.batchId);
    const ceremony = { ...(await makeCeremony(suite, 1)), operatorIds: [1n, 2n, 3n, 9n] };
    const { root } = ceremonyTree(ceremony.keys);
    await suite.poolManager.connect(suite.operator).registerBatch(root, 1, ceremony.operatorIds, "");
    const before = await stateOf(suite);

    await expect(activateChanged(suite, { ceremony, batchId: 1n }, [0, 1])).to.be.revertedWithCustomError(
      suite.ssvNetwork,
      "OperatorDoesNotExist",
    );
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("reverts when the approval has expired", async () => {
    const activation = await offered();
    const signed = await approved(activation);
    await suite.chain.networkHelpers.time.increase(3_600);
    const before = await stateOf(suite);
    await expect(send(activation, signed))
      .to.be.revertedWithCustomError(suite.poolETH, "ApprovalExpired")
      .withArgs(signed.guard.deadline);
    expect(await stateOf(suite)).to.deep.equal(before);
  });

  it("reverts when the approval's block is not among the last 256", async () => {
    const activation = await offered();
    const signed = await approved(activation);
    await suite.chain.networkHelpers.mine(256, { interval: 1 });
    await expect(send(activation, signed))
      .to.be.revertedWithCustomError(suite.poolETH, "ApprovalBlockUnknown")
      .withArgs(signed.guard.blockNumber);
  });

  it("reverts without a quorum, and for approvals of other keys", async () => {
    const activation = await offered();
    const two = await approve(suite, activation, suite.members.slice(0, 2));
    await expect(send(activation, two))
      .to.be.revertedWithCustomError(suite.committee, "QuorumNotReached")
      .withArgs(2n, 3n);
    const others = await approved(await offer(suite, batch.ceremony, batch.batchId, 0, 2));
    await expect(send(activation, others)).to.be.revertedWithCustomError(suite.committee, "SignerNotInOrder");
  });

  it("H10 reverts for a wrong deposit data root of any key", async () => {
    const before = await stateOf(suite);
    for (const position of [0, 1, 2]) {
      const change = (activation: IPoolManager.ActivationStruct) => {
        const roots = suite.chain.ethers.getBytes(activation.keys.depositDataRoots);
        roots[position * 32] = (roots[position * 32] ?? 0) ^ 1;
        return { ...activation, keys: { ...activation.keys, depositDataRoots: roots } };
      };
      await expect(activateChanged(suite, batch, [0, 3], change)).to.be.revertedWith(
        "DepositContract: reconstructed DepositData does not match supplied deposit_data_root",
      );
    }
    expect(await stateOf(suite)).to.deep.equal(before);
  });
});
