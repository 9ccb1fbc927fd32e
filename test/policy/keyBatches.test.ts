import { expect } from "chai";

import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { activate, makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, KEY_STATUS, newBatch } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ROOT = `0x${"ab".repeat(32)}`;
const NO_ROOT = `0x${"00".repeat(32)}`;
const OPERATORS = [1n, 2n, 3n, 4n];

describe("PoolManager.registerBatch", () => {
  let suite: TestSuite;

  const deployed = useSuite(() => deployFunded(100n));
  beforeEach(() => {
    suite = deployed();
  });

  const register = (root: string, count: number, operatorIds: bigint[]) =>
    suite.poolManager.connect(suite.operator).registerBatch(root, count, operatorIds, "ipfs://keys");
  const firstIds = (count: number) => Array.from({ length: count }, (_, i) => BigInt(i + 1));

  it("binds root and operators, and says where the keys are", async () => {
    await expect(register(ROOT, 5, OPERATORS))
      .to.emit(suite.poolManager, "BatchRegistered")
      .withArgs(0n, ROOT, 0n, 5n, OPERATORS, "ipfs://keys");

    const { ethers } = suite.chain;
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "uint64[]"], [ROOT, OPERATORS]);
    const commitment = ethers.dataSlice(ethers.keccak256(encoded), 0, 20);
    expect(await suite.poolManager.batchOf(0n)).to.deep.equal([commitment, 0n, 0n, 5n, 0n, false]);
    expect(await suite.poolManager.batchCount()).to.equal(1n);
  });

  it("I26 gives batches consecutive nonces", async () => {
    for (const count of [5, 1, 7]) await register(ROOT, count, OPERATORS);

    const firstNonces = await Promise.all(
      [0n, 1n, 2n].map(async (id) => (await suite.poolManager.batchOf(id)).firstNonce),
    );
    expect(firstNonces).to.deep.equal([0n, 5n, 6n]);
    expect(await suite.poolManager.nextNonce()).to.equal(13n);
  });

  it("reverts for everybody but the operator", async () => {
    await expect(suite.poolManager.connect(suite.guardian).registerBatch(ROOT, 1, OPERATORS, ""))
      .to.be.revertedWithCustomError(suite.poolManager, "CallerNotAuthorized")
      .withArgs(suite.guardian.address, suite.poolManager.interface.getFunction("registerBatch").selector);
  });

  it("reverts without a root, without keys, or with more than an owner has nonces", async () => {
    const malformed = (root: string, count: number) =>
      expect(register(root, count, OPERATORS))
        .to.be.revertedWithCustomError(suite.poolManager, "BatchMalformed")
        .withArgs(root, BigInt(count), 4n);
    await malformed(NO_ROOT, 1);
    await malformed(ROOT, 0);
    await malformed(ROOT, 65_536);
    await expect(register(ROOT, 65_535, OPERATORS)).to.emit(suite.poolManager, "BatchRegistered");
  });

  for (const operators of [0, 1, 3, 5, 6, 8, 9, 11, 12, 14, 16])
    it(`reverts with ${operators} operators`, async () => {
      await expect(register(ROOT, 1, firstIds(operators)))
        .to.be.revertedWithCustomError(suite.poolManager, "BatchMalformed")
        .withArgs(ROOT, 1n, BigInt(operators));
    });

  for (const operators of [4, 7, 10, 13])
    it(`takes ${operators} operators`, async () => {
      await expect(register(ROOT, 1, firstIds(operators))).to.emit(suite.poolManager, "BatchRegistered");
    });

  for (const [what, ids] of [
    ["twice the same", [1n, 2n, 2n, 4n]],
    ["in another order", [1n, 3n, 2n, 4n]],
    ["descending at the end", [2n, 3n, 4n, 1n]],
  ] as const)
    it(`reverts with operators ${what}`, async () => {
      await expect(register(ROOT, 1, [...ids]))
        .to.be.revertedWithCustomError(suite.poolManager, "BatchMalformed")
        .withArgs(ROOT, 1n, 4n);
    });
});

describe("PoolManager.followOwnerNonce", () => {
  const suite = useSuite(() => deployFunded(100n));

  it("lets anyone call, and changes nothing where batches cover the nonces taken", async () => {
    const { poolManager, chain } = suite();
    const stranger = (await chain.ethers.getSigners()).at(-1) ?? null;
    await poolManager.connect(stranger).followOwnerNonce();
    expect(await poolManager.nextNonce()).to.equal(0n);
    const { ceremony, batchId } = await newBatch(suite(), 3);
    await activate(suite(), ceremony, batchId, 0, 2);
    await poolManager.connect(stranger).followOwnerNonce();
    expect(await poolManager.nextNonce()).to.equal(3n);
  });
});

describe("PoolManager.discardBatch", () => {
  let suite: TestSuite;

  const deployed = useSuite(() => deployFunded(200n));
  beforeEach(() => {
    suite = deployed();
  });

  const discard = (batchId: bigint) => suite.poolManager.connect(suite.operator).discardBatch(batchId);
  const statuses = async (batchId: bigint, count: number) =>
    Promise.all(Array.from({ length: count }, (_, position) => suite.poolManager.keyStatus(batchId, position)));

  it("drops what is left of the batch and of all later ones, and keeps the earlier", async () => {
    await newBatch(suite, 2);
    await newBatch(suite, 3, 2);
    await newBatch(suite, 4, 5);
    const sent = discard(1n);

    await expect(sent).to.emit(suite.poolManager, "BatchDiscarded").withArgs(1n, 0n);
    await expect(sent).to.emit(suite.poolManager, "BatchDiscarded").withArgs(2n, 0n);
    expect((await (await sent).wait())?.logs.length).to.equal(2);
    expect(await statuses(0n, 2)).to.deep.equal([KEY_STATUS.Registered, KEY_STATUS.Registered]);
    expect(await statuses(2n, 1)).to.deep.equal([KEY_STATUS.Discarded]);
    expect(await suite.poolManager.nextNonce()).to.equal(2n);
    expect(await suite.poolManager.batchCount()).to.equal(3n);
  });

  it("I22 gives each key exactly one status, and none leaves Deposited", async () => {
    const batch = await newBatch(suite, 5);
    await activateChanged(suite, batch, [0, 2]);
    const { Deposited, Registered, Discarded, None } = KEY_STATUS;
    expect(await statuses(0n, 6)).to.deep.equal([Deposited, Deposited, Registered, Registered, Registered, None]);

    await expect(discard(0n)).to.emit(suite.poolManager, "BatchDiscarded").withArgs(0n, 2n);
    expect(await statuses(0n, 6)).to.deep.equal([Deposited, Deposited, Discarded, Discarded, Discarded, None]);
    expect(await suite.poolManager.keyStatus(1n, 0n)).to.equal(None);
  });

  it("reverts when there is no such batch, or nothing is left of it", async () => {
    const batch = await newBatch(suite, 2);
    await activateChanged(suite, batch, [0, 2]);
    await newBatch(suite, 1, 2);
    await discard(1n);
    for (const batchId of [0n, 1n, 2n, 2n ** 255n])
      await expect(discard(batchId)).to.be.revertedWithCustomError(suite.poolManager, "BatchNotLive").withArgs(batchId);
  });

  it("leaves batches alone that were dropped before or used up", async () => {
    await activateChanged(suite, await newBatch(suite, 1), [0, 1]);
    await newBatch(suite, 1, 1);
    await discard(1n);
    await newBatch(suite, 1, 1);
    await newBatch(suite, 1, 2);
    const sent = await discard(2n);

    const logs = (await sent.wait())?.logs.map((log) => suite.poolManager.interface.parseLog(log)?.args.toArray());
    expect(logs).to.deep.equal([
      [2n, 0n],
      [3n, 0n],
    ]);
    expect(await suite.poolManager.nextNonce()).to.equal(1n);
  });

  it("reverts for everybody but the operator", async () => {
    await newBatch(suite, 1);
    await expect(suite.poolManager.discardBatch(0n))
      .to.be.revertedWithCustomError(suite.poolManager, "CallerNotAuthorized")
      .withArgs(suite.deployer.address, suite.poolManager.interface.getFunction("discardBatch").selector);
  });

  it("H14 lets keys be signed again for the nonces that became free", async () => {
    const first = await newBatch(suite, 3);
    const second = await newBatch(suite, 1, 3);
    await activateChanged(suite, first, [0, 1]);
    await discard(0n);
    const again = await makeCeremony(suite, 1, 3);

    expect(again.keys[0]?.ownerNonce).to.equal(1n);
    expect(ceremonyTree(again.keys).root).not.to.equal(ceremonyTree(second.ceremony.keys).root);
    await activate(suite, again, await registerCeremony(suite, again), 0, 1);
    expect(await suite.clusterManager.ownerNonce()).to.equal(2n);
    expect(await suite.poolManager.keyStatus(2n, 0n)).to.equal(KEY_STATUS.Deposited);
  });
});
