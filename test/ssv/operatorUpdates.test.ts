import { expect } from "chai";
import { dataSlice, toBeHex } from "ethers";

import { pubkeysHash } from "../../src/oracle/messages.ts";
import { requiredFunding } from "../../src/ssv/fees.ts";
import type { Hex } from "../../src/units/hex.ts";
import { activate } from "../helpers/activation.ts";
import { etherOf } from "../helpers/accounts.ts";
import { deployRunning, feeTerms, packed, poolCluster, RUNWAY, signExitStatus } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, newBatch, withOperators } from "../helpers/registry.ts";

const WAIT = 256n;
const FORMER = [1n, 2n, 3n, 4n];
const NEW = [1n, 2n, 3n, 5n];
const SHARES_LENGTH = { 4: 1_312, 7: 2_224 } as Record<number, number>;

/** Three keys of operators 1 to 4, and operators up to 9. */
async function deployUpdatable() {
  const suite = await deployRunning(3);
  await withOperators(suite, 9);
  return suite;
}

describe("ClusterManager.updateOperators", () => {
  const suite = useSuite(deployUpdatable);
  const manager = () => suite().clusterManager.connect(suite().operator);

  /** Removes keys, so that they may be registered again. Returns the block of it. */
  const remove = async (keys: readonly Hex[], ids = FORMER): Promise<bigint> => {
    const { clusterManager, admin } = suite();
    await clusterManager.connect(admin).allowRemoval(pubkeysHash(packed(keys)), true);
    const { cluster } = await poolCluster(suite(), ids);
    const receipt = await (await manager().removeUnexited(packed(keys), ids, cluster)).wait();
    return BigInt(receipt?.blockNumber ?? 0);
  };
  const removeAndWait = async (keys: readonly Hex[], ids = FORMER) => {
    await remove(keys, ids);
    await suite().chain.networkHelpers.mine(WAIT - 1n);
  };
  const updateOf = async (keys: readonly Hex[], operatorIds = NEW, formerOperatorIds = FORMER) => ({
    pubkeys: packed(keys),
    sharesData: new Uint8Array((SHARES_LENGTH[operatorIds.length] ?? 0) * keys.length).fill(7),
    formerOperatorIds,
    operatorIds,
    cluster: (await poolCluster(suite(), operatorIds)).cluster,
    firstNonce: await suite().clusterManager.ownerNonce(),
  });

  it("registers the same keys with other operators, and funds their cluster, without a deposit", async () => {
    const { clusterManager, ssvNetwork, ssvViews, poolETH, pubkeys } = suite();
    const keys = pubkeys.slice(0, 2);
    const staked = [await poolETH.totalStaked(), await etherOf(suite(), poolETH)];
    await removeAndWait(keys);
    const terms = await feeTerms(suite(), NEW);
    const funding = requiredFunding(0n, terms, 20_000n, RUNWAY);
    const sent = manager().updateOperators(await updateOf(keys));
    await expect(sent)
      .to.emit(clusterManager, "OperatorsUpdated")
      .withArgs(pubkeysHash(packed(keys)), FORMER, NEW, funding);

    const newest = await suite().chain.ethers.provider.getBlockNumber();
    const added = await ssvNetwork.queryFilter(ssvNetwork.filters.ValidatorAdded(), newest);
    expect(added.map(({ args }) => [args.publicKey, [...args.operatorIds]])).to.deep.equal(
      keys.map((key) => [key, NEW]),
    );
    const { owner, balance, cluster } = await poolCluster(suite(), NEW);
    expect([balance, cluster.validatorCount]).to.deep.equal([funding, 2n]);
    for (const key of keys) expect(await ssvViews.getValidator(owner, key)).to.equal(true);
    expect([await poolETH.totalStaked(), await etherOf(suite(), poolETH)]).to.deep.equal(staked);
  });

  it("H13 waits for 256 blocks, and not one less", async () => {
    const { clusterManager, pubkeys, chain } = suite();
    const key = pubkeys.slice(0, 1);
    const earliest = (await remove(key)) + WAIT;
    expect(await clusterManager.updatableFrom(packed(key))).to.equal(earliest);
    await chain.networkHelpers.mine(WAIT - 2n);
    await expect(manager().updateOperators(await updateOf(key)))
      .to.be.revertedWithCustomError(clusterManager, "UpdateTooEarly")
      .withArgs(earliest);
    // What is refused would have been in the block after the newest one.
    expect(BigInt(await chain.ethers.provider.getBlockNumber())).to.equal(earliest - 2n);
    await chain.networkHelpers.mine();
    await manager().updateOperators(await updateOf(key));
    expect(await clusterManager.updatableFrom(packed(key))).to.equal(0n);
  });

  it("H13 waits for each of several keys", async () => {
    const { clusterManager, pubkeys } = suite();
    await removeAndWait(pubkeys.slice(0, 1));
    const earliest = (await remove(pubkeys.slice(1, 2))) + WAIT;
    await expect(manager().updateOperators(await updateOf(pubkeys.slice(0, 2))))
      .to.be.revertedWithCustomError(clusterManager, "UpdateTooEarly")
      .withArgs(earliest);
  });

  it("registers keys of one removal in parts, in any order", async () => {
    const { pubkeys } = suite();
    await removeAndWait(pubkeys);
    await manager().updateOperators(await updateOf([pubkeys[2], pubkeys[0]] as Hex[]));
    await manager().updateOperators(await updateOf(pubkeys.slice(1, 2)));
    expect((await poolCluster(suite(), NEW)).cluster.validatorCount).to.equal(3n);
  });

  it("reverts for keys that were never removed, were removed as gone, or are registered again", async () => {
    const { clusterManager, pubkeys } = suite();
    const [one, two, three] = pubkeys.map((key) => [key]) as [Hex[], Hex[], Hex[]];
    const refused = async (keys: Hex[], named = keys) =>
      expect(manager().updateOperators(await updateOf(keys)))
        .to.be.revertedWithCustomError(clusterManager, "KeyNotRemoved")
        .withArgs(packed(named));
    await removeAndWait(one);
    await refused([`0x${"01".repeat(48)}`]);
    await refused([...one, ...three], three);
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.remove(packed(two), operatorIds, cluster, 1n, await signExitStatus(suite(), two, 1n));
    await refused(two);
    await manager().updateOperators(await updateOf(one));
    await refused(one);
  });

  it("reverts when the former operators were others", async () => {
    const { clusterManager, pubkeys } = suite();
    const key = pubkeys.slice(0, 1);
    await removeAndWait(key);
    await expect(manager().updateOperators(await updateOf(key, [5n, 6n, 7n, 8n], [5n, 6n, 7n, 8n])))
      .to.be.revertedWithCustomError(clusterManager, "KeyNotRemoved")
      .withArgs(packed(key));
  });

  it("H12 leaves out one of four operators, and no more: with a faulty one they could sign", async () => {
    const { clusterManager, pubkeys } = suite();
    const key = pubkeys.slice(0, 1);
    await removeAndWait(key);
    for (const [operatorIds, leftOut] of [
      [[1n, 2n, 5n, 6n], 2n],
      [[4n, 5n, 6n, 7n], 3n],
      [[5n, 6n, 7n, 8n, 9n, 10n, 11n], 4n],
    ] as const)
      await expect(manager().updateOperators(await updateOf(key, [...operatorIds])))
        .to.be.revertedWithCustomError(clusterManager, "TooManyOperatorsLeftOut")
        .withArgs(leftOut, 1n);
    await manager().updateOperators(await updateOf(key, [2n, 3n, 4n, 9n]));
  });

  it("H12 leaves out two of seven operators, compared with those whom the key had last", async () => {
    const { clusterManager, pubkeys } = suite();
    const key = pubkeys.slice(0, 1);
    const seven = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
    await removeAndWait(key);
    await manager().updateOperators(await updateOf(key, seven));
    await removeAndWait(key, seven);
    await expect(manager().updateOperators(await updateOf(key, [1n, 2n, 3n, 4n], seven)))
      .to.be.revertedWithCustomError(clusterManager, "TooManyOperatorsLeftOut")
      .withArgs(3n, 2n);
    await manager().updateOperators(await updateOf(key, [3n, 4n, 5n, 6n, 7n, 8n, 9n], seven));
  });

  it("registers keys with the same operators again, whose shares were bad", async () => {
    const { pubkeys } = suite();
    await removeAndWait(pubkeys.slice(0, 1));
    await manager().updateOperators(await updateOf(pubkeys.slice(0, 1), FORMER));
    expect((await poolCluster(suite())).cluster.validatorCount).to.equal(3n);
  });

  it("reverts for bytes that are too few or too many, and for no keys", async () => {
    const { clusterManager, ssvNetwork, pubkeys } = suite();
    await removeAndWait(pubkeys.slice(0, 1));
    const update = await updateOf(pubkeys.slice(0, 1));
    for (const length of [0, 1_311, 1_313])
      await expect(manager().updateOperators({ ...update, sharesData: new Uint8Array(length) }))
        .to.be.revertedWithCustomError(clusterManager, "SharesLengthMismatch")
        .withArgs(length, 1_312);
    await expect(manager().updateOperators({ ...update, pubkeys: dataSlice(update.pubkeys, 1) }))
      .to.be.revertedWithCustomError(clusterManager, "PubkeysMalformed")
      .withArgs(47);
    await expect(
      manager().updateOperators({ ...update, pubkeys: "0x", sharesData: "0x" }),
    ).to.be.revertedWithCustomError(ssvNetwork, "EmptyPublicKeysList");
  });

  it("H14 I26 takes owner nonces in their order, and batches that wait are signed anew behind them", async () => {
    const { clusterManager, poolManager, operator, pubkeys } = suite();
    const waiting = await newBatch(suite(), 1, 3);
    await removeAndWait(pubkeys.slice(0, 2));
    const update = await updateOf(pubkeys.slice(0, 2));
    for (const firstNonce of [2n, 4n])
      await expect(manager().updateOperators({ ...update, firstNonce }))
        .to.be.revertedWithCustomError(clusterManager, "NonceOutOfOrder")
        .withArgs(3n, firstNonce);
    await manager().updateOperators(update);
    expect(await clusterManager.ownerNonce()).to.equal(5n);

    await expect(activateChanged(suite(), waiting, [0, 1]))
      .to.be.revertedWithCustomError(clusterManager, "NonceOutOfOrder")
      .withArgs(5n, 3n);
    await poolManager.connect(operator).discardBatch(waiting.batchId);
    expect(await poolManager.nextNonce()).to.equal(5n);
    const again = await newBatch(suite(), 1, 3);
    await activate(suite(), again.ceremony, again.batchId, 0, 1);
    expect(await clusterManager.ownerNonce()).to.equal(6n);
  });

  it("H14 I26 lets the next batch begin behind the nonces it took", async () => {
    const { poolManager, clusterManager, pubkeys } = suite();
    await removeAndWait(pubkeys.slice(0, 1));
    await manager().updateOperators(await updateOf(pubkeys.slice(0, 1)));
    expect(await poolManager.nextNonce()).to.equal(4n);
    const next = await newBatch(suite(), 1, 3);
    await activate(suite(), next.ceremony, next.batchId, 0, 1);
    expect(await clusterManager.ownerNonce()).to.equal(5n);
  });

  it("H14 leaves the nonces of batches that wait to them, whoever lets the registry follow", async () => {
    const { poolManager, treasury } = suite();
    await newBatch(suite(), 2, 3);
    await poolManager.connect(treasury).followOwnerNonce();
    expect(await poolManager.nextNonce()).to.equal(5n);
  });

  it("reverts when the reserve does not suffice, and when no nonces are left", async () => {
    const { clusterManager, chain, pubkeys } = suite();
    await removeAndWait(pubkeys);
    const update = await updateOf(pubkeys);
    const address = await clusterManager.getAddress();
    const funding = await clusterManager.requiredFunding(NEW, update.cluster, 3n, RUNWAY);
    await chain.networkHelpers.setBalance(address, funding - 1n);
    await expect(manager().updateOperators(update))
      .to.be.revertedWithCustomError(clusterManager, "InsufficientReserve")
      .withArgs(funding - 1n, funding);
    await chain.networkHelpers.setBalance(address, funding);

    const slot = "0xb6d72a1df9d4ccf51a9795dfe852862e9a45c60fd177d541b3c9b82150b1f000";
    const word = BigInt(await chain.networkHelpers.getStorageAt(address, slot));
    await chain.networkHelpers.setStorageAt(address, slot, toBeHex(word - 3n + 65_534n, 32));
    await expect(manager().updateOperators({ ...update, firstNonce: 65_534n }))
      .to.be.revertedWithCustomError(clusterManager, "OwnerNonceExhausted")
      .withArgs(65_534n, 3n);
  });

  it("reverts for everybody but the operator", async () => {
    const { clusterManager, admin, guardian, pubkeys } = suite();
    await removeAndWait(pubkeys);
    const update = await updateOf(pubkeys);
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).updateOperators(update))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, clusterManager.interface.getFunction("updateOperators").selector);
  });
});
