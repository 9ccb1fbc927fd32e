import { expect } from "chai";
import { dataSlice } from "ethers";

import { pubkeysHash } from "../../src/oracle/messages.ts";
import { DAY, etherOf, passTime, strangers } from "../helpers/accounts.ts";
import { deployRunning, packed, poolCluster, signExitStatus } from "../helpers/clusters.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const REF_SLOT = 7_199n;
const OTHER_IDS = [1n, 2n, 3n, 5n];

/** Public keys in the events by which ssv.network told of the newest transaction. */
async function keysIn(suite: TestSuite, name: "ValidatorExited" | "ValidatorRemoved"): Promise<string[]> {
  const newest = await suite.chain.ethers.provider.getBlockNumber();
  const events = await suite.ssvNetwork.queryFilter(suite.ssvNetwork.filters[name](), newest);
  return events.map(({ args }) => args.publicKey);
}

describe("ClusterManager.exit", () => {
  const suite = useSuite(() => deployRunning(3));
  const exit = async (pubkeys: string, ids?: bigint[]) => {
    const { operatorIds } = await poolCluster(suite());
    return suite()
      .clusterManager.connect(suite().operator)
      .exit(pubkeys, ids ?? operatorIds);
  };

  it("asks the operators to exit validators, and changes nothing else", async () => {
    const { pubkeys } = suite();
    const before = await poolCluster(suite());
    for (const count of [1, 3]) {
      await exit(packed(pubkeys.slice(0, count)));
      expect(await keysIn(suite(), "ValidatorExited")).to.deep.equal(pubkeys.slice(0, count));
    }
    expect((await poolCluster(suite())).cluster).to.deep.equal(before.cluster);
  });

  it("reverts for bytes that are not whole keys", async () => {
    const { clusterManager, pubkeys } = suite();
    for (const length of [1, 47, 95])
      await expect(exit(dataSlice(packed(pubkeys), 0, length)))
        .to.be.revertedWithCustomError(clusterManager, "PubkeysMalformed")
        .withArgs(length);
  });

  it("reverts as SSV does: for no keys, for strange ones, and for other operators", async () => {
    const { ssvNetwork, pubkeys } = suite();
    await expect(exit("0x")).to.be.revertedWithCustomError(ssvNetwork, "ValidatorDoesNotExist");
    await expect(exit(`0x${"ab".repeat(48)}`)).to.be.revertedWithCustomError(ssvNetwork, "ValidatorDoesNotExist");
    await expect(exit(packed(pubkeys), OTHER_IDS))
      .to.be.revertedWithCustomError(ssvNetwork, "IncorrectValidatorStateWithData")
      .withArgs(pubkeys[0]);
  });

  it("reverts for everybody but the operator", async () => {
    const { clusterManager, admin, guardian, pubkeys } = suite();
    const { operatorIds } = await poolCluster(suite());
    const { selector } = clusterManager.interface.getFunction("exit");
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).exit(packed(pubkeys), operatorIds))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });
});

describe("ClusterManager.remove", () => {
  const suite = useSuite(() => deployRunning(3));

  it("removes keys that the committee saw gone, for anybody", async () => {
    const { clusterManager, ssvNetwork, ssvViews, pubkeys } = suite();
    const [anybody] = await strangers(suite());
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    const gone = pubkeys.slice(1);
    const signatures = await signExitStatus(suite(), gone, REF_SLOT);
    await expect(clusterManager.connect(anybody).remove(packed(gone), operatorIds, cluster, REF_SLOT, signatures))
      .to.emit(clusterManager, "ValidatorsRemoved")
      .withArgs(pubkeysHash(packed(gone)), 2n, REF_SLOT);

    expect(await keysIn(suite(), "ValidatorRemoved")).to.deep.equal(gone);
    const registered = await Promise.all(pubkeys.map((key) => ssvViews.getValidator(owner, key)));
    expect(registered).to.deep.equal([true, false, false]);
    expect((await poolCluster(suite())).cluster.validatorCount).to.equal(1n);
    expect(await etherOf(suite(), ssvNetwork)).to.equal(cluster.balance);
  });

  it("leaves a cluster whose last key is removed to the operator, who takes all of it back", async () => {
    const { clusterManager, operator, pubkeys } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.remove(packed(pubkeys), operatorIds, cluster, 1n, await signExitStatus(suite(), pubkeys, 1n));
    const empty = await poolCluster(suite());
    expect(empty.cluster.validatorCount).to.equal(0n);
    const reserve = await clusterManager.reserve();
    await clusterManager.connect(operator).withdraw(operatorIds, empty.cluster, empty.balance);
    expect(await clusterManager.reserve()).to.equal(reserve + empty.balance);
    expect((await poolCluster(suite())).balance).to.equal(0n);
    await expect(clusterManager.topUp(operatorIds, (await poolCluster(suite())).cluster)).to.be.revertedWithCustomError(
      clusterManager,
      "RunwaySufficient",
    );
  });

  it("H19 reverts for keys, a slot or a committee other than were signed, and for too few signatures", async () => {
    const { clusterManager, committee, pubkeys, members } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const [first, second] = [pubkeys.slice(0, 1), pubkeys.slice(1, 2)];
    const remove = (keys: typeof pubkeys, refSlot: bigint, signatures: string) =>
      clusterManager.remove(packed(keys), operatorIds, cluster, refSlot, signatures);

    const signatures = await signExitStatus(suite(), first, REF_SLOT);
    for (const [keys, refSlot] of [
      [second, REF_SLOT],
      [pubkeys, REF_SLOT],
      [first, REF_SLOT + 1n],
    ] as const)
      await expect(remove(keys, refSlot, signatures)).to.be.revertedWithCustomError(committee, "SignerNotInOrder");
    const two = await signExitStatus(suite(), first, REF_SLOT, members.slice(0, 2));
    await expect(remove(first, REF_SLOT, two))
      .to.be.revertedWithCustomError(committee, "QuorumNotReached")
      .withArgs(2n, 3n);
    await expect(remove(first, REF_SLOT, "0x"))
      .to.be.revertedWithCustomError(committee, "QuorumNotReached")
      .withArgs(0n, 3n);
    await remove(first, REF_SLOT, signatures);
  });

  it("H39 H19 reverts with the signatures of a committee that was replaced", async () => {
    const { clusterManager, poolETH, admin, members, chain, pubkeys } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const signatures = await signExitStatus(suite(), pubkeys, REF_SLOT);
    const next = await chain.ethers.deployContract("Committee", [poolETH, members.map((m) => m.address), 3]);
    await poolETH.connect(admin).announceCommittee(next);
    await passTime(suite(), 7n * DAY);
    await poolETH.adoptCommittee();
    const remove = (signed: string) => clusterManager.remove(packed(pubkeys), operatorIds, cluster, REF_SLOT, signed);
    await expect(remove(signatures)).to.be.revertedWithCustomError(next, "SignerNotInOrder");
    await remove(await signExitStatus(suite(), pubkeys, REF_SLOT));
  });

  it("removes keys once", async () => {
    const { clusterManager, ssvNetwork, pubkeys } = suite();
    const gone = pubkeys.slice(0, 1);
    const signatures = await signExitStatus(suite(), gone, REF_SLOT);
    const { operatorIds, cluster } = await poolCluster(suite());
    await clusterManager.remove(packed(gone), operatorIds, cluster, REF_SLOT, signatures);
    const { cluster: newest } = await poolCluster(suite());
    await expect(
      clusterManager.remove(packed(gone), operatorIds, newest, REF_SLOT, signatures),
    ).to.be.revertedWithCustomError(ssvNetwork, "ValidatorDoesNotExist");
  });

  it("H16 reverts for a snapshot that anybody outdated, and works with the newest one and the same signatures", async () => {
    const { clusterManager, ssvNetwork, treasury, pubkeys } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    const signatures = await signExitStatus(suite(), pubkeys, REF_SLOT);
    await ssvNetwork.connect(treasury).deposit(owner, operatorIds, cluster, { value: 1n });
    await expect(
      clusterManager.remove(packed(pubkeys), operatorIds, cluster, REF_SLOT, signatures),
    ).to.be.revertedWithCustomError(ssvNetwork, "IncorrectClusterState");
    const { cluster: newest } = await poolCluster(suite());
    await clusterManager.remove(packed(pubkeys), operatorIds, newest, REF_SLOT, signatures);
  });

  it("reverts for bytes that are not whole keys, though they are signed", async () => {
    const { clusterManager, pubkeys } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const cut = dataSlice(packed(pubkeys), 0, 50);
    await expect(
      clusterManager.remove(cut, operatorIds, cluster, REF_SLOT, await signExitStatus(suite(), [cut], REF_SLOT)),
    )
      .to.be.revertedWithCustomError(clusterManager, "PubkeysMalformed")
      .withArgs(50n);
  });

  it("H15 leaves a foreign registration of the same key alone", async () => {
    const { clusterManager, ssvNetwork, ssvViews, treasury, pubkeys } = suite();
    const { owner, operatorIds, cluster } = await poolCluster(suite());
    const empty = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
    const key = pubkeys[0] ?? "0x";
    await ssvNetwork
      .connect(treasury)
      .registerValidator(key, operatorIds, new Uint8Array(1_312), empty, { value: 10n ** 18n });
    await clusterManager.remove(key, operatorIds, cluster, 1n, await signExitStatus(suite(), [key], 1n));
    expect(await ssvViews.getValidator(owner, key)).to.equal(false);
    expect(await ssvViews.getValidator(treasury, key)).to.equal(true);
  });
});

describe("ClusterManager.removeUnexited", () => {
  const suite = useSuite(() => deployRunning(3));
  const removeUnexited = async (pubkeys: string) => {
    const { operatorIds, cluster } = await poolCluster(suite());
    return suite().clusterManager.connect(suite().operator).removeUnexited(pubkeys, operatorIds, cluster);
  };

  it("H19 removes keys whose validators are not gone when the administrator allowed it, once", async () => {
    const { clusterManager, admin, pubkeys } = suite();
    const keys = packed(pubkeys.slice(0, 2));
    const hash = pubkeysHash(keys);
    await expect(removeUnexited(keys))
      .to.be.revertedWithCustomError(clusterManager, "RemovalNotAllowed")
      .withArgs(hash);
    await expect(clusterManager.connect(admin).allowRemoval(hash, true))
      .to.emit(clusterManager, "RemovalAllowed")
      .withArgs(hash, true);
    expect(await clusterManager.isRemovalAllowed(hash)).to.equal(true);

    await expect(removeUnexited(keys)).to.emit(clusterManager, "ValidatorsRemoved").withArgs(hash, 2n, 0n);

    expect(await clusterManager.isRemovalAllowed(hash)).to.equal(false);
    await expect(removeUnexited(keys))
      .to.be.revertedWithCustomError(clusterManager, "RemovalNotAllowed")
      .withArgs(hash);
    expect((await poolCluster(suite())).cluster.validatorCount).to.equal(1n);
  });

  it("H19 removes no fewer and no others, in no other order, and none that are allowed no longer", async () => {
    const { clusterManager, admin, pubkeys } = suite();
    const hash = pubkeysHash(packed(pubkeys.slice(0, 2)));
    await clusterManager.connect(admin).allowRemoval(hash, true);
    for (const keys of [pubkeys.slice(0, 1), pubkeys.slice(1, 3), pubkeys, pubkeys.slice(0, 2).reverse()])
      await expect(removeUnexited(packed(keys)))
        .to.be.revertedWithCustomError(clusterManager, "RemovalNotAllowed")
        .withArgs(pubkeysHash(packed(keys)));
    await expect(clusterManager.connect(admin).allowRemoval(hash, false))
      .to.emit(clusterManager, "RemovalAllowed")
      .withArgs(hash, false);
    await expect(removeUnexited(packed(pubkeys.slice(0, 2))))
      .to.be.revertedWithCustomError(clusterManager, "RemovalNotAllowed")
      .withArgs(hash);
  });

  it("reverts for bytes that are not whole keys, though they are allowed", async () => {
    const { clusterManager, admin, operator, pubkeys } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    const cut = dataSlice(packed(pubkeys), 0, 50);
    await clusterManager.connect(admin).allowRemoval(pubkeysHash(packed([cut])), true);
    await expect(clusterManager.connect(operator).removeUnexited(cut, operatorIds, cluster))
      .to.be.revertedWithCustomError(clusterManager, "PubkeysMalformed")
      .withArgs(50n);
  });

  it("keeps the allowance when the call reverts", async () => {
    const { clusterManager, admin, operator, ssvNetwork, pubkeys } = suite();
    const hash = pubkeysHash(packed(pubkeys));
    await clusterManager.connect(admin).allowRemoval(hash, true);
    const { cluster } = await poolCluster(suite());
    await expect(
      clusterManager.connect(operator).removeUnexited(packed(pubkeys), OTHER_IDS, cluster),
    ).to.be.revertedWithCustomError(ssvNetwork, "ClusterDoesNotExist");
    expect(await clusterManager.isRemovalAllowed(hash)).to.equal(true);
  });

  it("reverts for everybody but the operator, and lets nobody but the administrator allow it", async () => {
    const { clusterManager, admin, operator, guardian, pubkeys } = suite();
    const { operatorIds, cluster } = await poolCluster(suite());
    for (const caller of [admin, guardian])
      await expect(clusterManager.connect(caller).removeUnexited(packed(pubkeys), operatorIds, cluster))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, clusterManager.interface.getFunction("removeUnexited").selector);
    for (const caller of [operator, guardian])
      await expect(clusterManager.connect(caller).allowRemoval(pubkeysHash(packed(pubkeys)), true))
        .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
        .withArgs(caller.address, clusterManager.interface.getFunction("allowRemoval").selector);
  });
});

describe("ClusterManager.removeUnexited with a delay for the administrator", () => {
  const suite = useSuite(() => deploySuite({ adminDelaySeconds: 48 * 3_600 }));

  it("H19 waits for the delay before anything is allowed, and names no cluster that could be outdated", async () => {
    const { clusterManager, authority, admin } = suite();
    const hash = pubkeysHash(`0x${"ab".repeat(48)}`);
    await expect(clusterManager.connect(admin).allowRemoval(hash, true))
      .to.be.revertedWithCustomError(clusterManager, "CallerNotAuthorized")
      .withArgs(admin.address, clusterManager.interface.getFunction("allowRemoval").selector);
    const data = clusterManager.interface.encodeFunctionData("allowRemoval", [hash, true]);
    await authority.connect(admin).schedule(clusterManager, data, 0n);
    await expect(authority.connect(admin).execute(clusterManager, data)).to.be.revertedWithCustomError(
      authority,
      "AccessManagerNotReady",
    );
    await passTime(suite(), 2n * DAY);
    await authority.connect(admin).execute(clusterManager, data);
    expect(await clusterManager.isRemovalAllowed(hash)).to.equal(true);
  });
});
