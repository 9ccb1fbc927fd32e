import { expect } from "chai";
import { network as connections } from "hardhat";

import type { ClusterStruct } from "../../typechain-types/contracts/interfaces/external/ISSVNetwork.ts";
import { clusterAfter, deploySSV, EMPTY_CLUSTER, OPERATOR_IDS, publicKeys, register, shares } from "../helpers/ssv.ts";

const connection = await connections.create();
const { networkHelpers } = connection;
const ETHER = 10n ** 18n;
const OTHER_IDS = [1n, 2n, 3n, 5n];
const [KEY = "", ...MORE_KEYS] = publicKeys(3);

async function registered() {
  const ssv = await deploySSV(connection);
  return { ...ssv, cluster: await register(ssv, EMPTY_CLUSTER, [KEY], ETHER) };
}

describe("SSV simulator: validators", () => {
  it("registers several with one final cluster", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);

    const call = network.bulkRegisterValidator(MORE_KEYS, OPERATOR_IDS, shares(2), ssv.cluster);
    const cluster = await clusterAfter(ssv, call);

    const block = await ssv.ethers.provider.getBlockNumber();
    const events = await network.queryFilter(network.filters.ValidatorAdded(ssv.owner.address), block);
    expect(events.map(({ args }) => args.publicKey)).to.deep.equal(MORE_KEYS);
    for (const { args } of events) expect([...args.cluster]).to.deep.equal(Object.values(cluster));
    expect(cluster.validatorCount).to.equal(3n);
    expect(await ssv.views.getValidator(ssv.owner, KEY)).to.equal(true);
    expect(await ssv.views.getEffectiveBalance(ssv.owner, OPERATOR_IDS, cluster)).to.equal(96n);
  });

  it("refuses a key again from the same owner, and takes it from another", async () => {
    const { network, owner, stranger, cluster } = await networkHelpers.loadFixture(registered);

    await expect(network.connect(owner).registerValidator(KEY, OPERATOR_IDS, "0x", cluster))
      .to.be.revertedWithCustomError(network, "ValidatorAlreadyExistsWithData")
      .withArgs(KEY);
    await expect(
      network.connect(stranger).registerValidator(KEY, OPERATOR_IDS, "0x", EMPTY_CLUSTER, { value: ETHER }),
    ).to.emit(network, "ValidatorAdded");
  });

  it("refuses malformed lists", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);
    const call = (keys: string[], ids: bigint[], count = keys.length) =>
      network.bulkRegisterValidator(keys, ids, shares(count), EMPTY_CLUSTER, { value: ETHER });

    const [first = ""] = MORE_KEYS;
    const cases: [() => Promise<unknown>, string][] = [
      [() => call([], OTHER_IDS), "EmptyPublicKeysList"],
      [() => call([first], OTHER_IDS, 2), "PublicKeysSharesLengthMismatch"],
      [() => call([first], [1n, 2n, 3n]), "InvalidOperatorIdsLength"],
      [() => call([first], [1n, 2n, 3n, 4n, 5n]), "InvalidOperatorIdsLength"],
      [() => call([first.slice(0, -2)], OTHER_IDS), "InvalidPublicKeyLength"],
      [() => call([first], [1n, 3n, 2n, 5n]), "UnsortedOperatorsList"],
      [() => call([first], [1n, 2n, 2n, 5n]), "OperatorsListNotUnique"],
      [() => call([first], [1n, 2n, 3n, 6n]), "OperatorDoesNotExist"],
      [() => call([first], OPERATOR_IDS), "IncorrectClusterState"],
      [() => call([first, first], OTHER_IDS), "ValidatorAlreadyExistsWithData"],
    ];
    for (const [result, error] of cases) await expect(result()).to.be.revertedWithCustomError(network, error);
  });

  it("names keys before the cluster, the cluster before its operators, and these in their order", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);
    await ssv.network.connect(ssv.operatorOwner).setOperatorsPrivateUnchecked([5n]);
    const stale = { ...ssv.cluster, balance: 1n };
    const [first = "", second = ""] = MORE_KEYS;
    const register = (key: string, ids: bigint[], cluster: ClusterStruct) =>
      network.registerValidator(key, ids, "0x", cluster);

    const cases: [() => Promise<unknown>, string][] = [
      [() => network.bulkRegisterValidator([first], [1n], ["0x", "0x"], stale), "PublicKeysSharesLengthMismatch"],
      [() => register("0x", [1n, 2n, 3n], stale), "InvalidOperatorIdsLength"],
      [() => register(KEY, [4n, 3n, 2n, 1n], stale), "ValidatorAlreadyExistsWithData"],
      [() => register(first, [4n, 3n, 2n, 1n], stale), "IncorrectClusterState"],
      [() => register(first, [9n, 3n, 2n, 1n], EMPTY_CLUSTER), "UnsortedOperatorsList"],
      [() => register(first, [1n, 9n, 9n, 5n], EMPTY_CLUSTER), "OperatorsListNotUnique"],
      [() => register(first, [1n, 8n, 9n, 5n], EMPTY_CLUSTER), "OperatorDoesNotExist"],
      [() => register(first, OTHER_IDS, EMPTY_CLUSTER), "CallerNotWhitelistedWithData"],
      [() => network.removeValidator(second, OPERATOR_IDS, stale), "IncorrectClusterState"],
      [() => network.removeValidator(second, OTHER_IDS, stale), "ClusterDoesNotExist"],
      [() => network.bulkRemoveValidator([KEY, KEY], OPERATOR_IDS, ssv.cluster), "ValidatorDoesNotExist"],
      [() => network.bulkExitValidator([KEY, second], OPERATOR_IDS), "ValidatorDoesNotExist"],
      [() => network.updateClusterBalance(1, ssv.owner, OPERATOR_IDS, stale, 0, []), "IncorrectClusterState"],
    ];
    for (const [result, error] of cases) await expect(result()).to.be.revertedWithCustomError(network, error);
  });

  it("refuses more validators than an operator may have", async () => {
    const ssv = await networkHelpers.loadFixture(registered);

    const call = ssv.network
      .connect(ssv.owner)
      .bulkRegisterValidator(publicKeys(20, 5), OPERATOR_IDS, shares(20), ssv.cluster);

    await expect(call).to.be.revertedWithCustomError(ssv.network, "ExceedValidatorLimitWithData").withArgs(1n);
  });

  it("cannot grow a cluster of a removed operator, but can do everything else", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);
    await ssv.network.connect(ssv.operatorOwner).removeOperator(4n);

    const growth = network.registerValidator(MORE_KEYS[0] ?? "", OPERATOR_IDS, "0x", ssv.cluster);
    await expect(growth).to.be.revertedWithCustomError(network, "OperatorDoesNotExist");

    let cluster = await clusterAfter(ssv, network.deposit(ssv.owner, OPERATOR_IDS, ssv.cluster, { value: 1n }));
    cluster = await clusterAfter(ssv, network.withdraw(OPERATOR_IDS, 1n, cluster));
    cluster = await clusterAfter(ssv, network.liquidate(ssv.owner, OPERATOR_IDS, cluster));
    cluster = await clusterAfter(ssv, network.reactivate(OPERATOR_IDS, cluster, { value: ETHER }));
    await networkHelpers.mine(10);
    expect(await ssv.views.getBalance(ssv.owner, OPERATOR_IDS, cluster)).to.equal(ETHER - 10n * 5_000_000_000n);
    cluster = await clusterAfter(ssv, network.removeValidator(KEY, OPERATOR_IDS, cluster));
    expect(cluster.validatorCount).to.equal(0n);
  });

  it("removes only what is registered with the given operators", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);
    const other = await register(ssv, EMPTY_CLUSTER, [MORE_KEYS[0] ?? ""], ETHER, OTHER_IDS);

    const unknown = network.bulkRemoveValidator([KEY, MORE_KEYS[1] ?? ""], OPERATOR_IDS, ssv.cluster);
    await expect(unknown).to.be.revertedWithCustomError(network, "ValidatorDoesNotExist");
    const none = network.bulkRemoveValidator([], OPERATOR_IDS, ssv.cluster);
    await expect(none).to.be.revertedWithCustomError(network, "ValidatorDoesNotExist");
    await expect(network.removeValidator(KEY, OTHER_IDS, other))
      .to.be.revertedWithCustomError(network, "IncorrectValidatorStateWithData")
      .withArgs(KEY);
  });

  it("takes a removed key again", async () => {
    const ssv = await networkHelpers.loadFixture(registered);
    const network = ssv.network.connect(ssv.owner);
    const cluster = await clusterAfter(ssv, network.removeValidator(KEY, OPERATOR_IDS, ssv.cluster));

    expect(await ssv.views.getValidator(ssv.owner, KEY)).to.equal(false);
    expect((await register(ssv, cluster, [KEY], 0n)).validatorCount).to.equal(1n);
  });

  it("announces exits of the owner's validators only", async () => {
    const { network, owner, stranger } = await networkHelpers.loadFixture(registered);

    await expect(network.connect(owner).exitValidator(KEY, OPERATOR_IDS))
      .to.emit(network, "ValidatorExited")
      .withArgs(owner.address, OPERATOR_IDS, KEY);
    await expect(network.connect(owner).bulkExitValidator([KEY], OPERATOR_IDS)).to.emit(network, "ValidatorExited");
    await expect(network.connect(owner).bulkExitValidator([], OPERATOR_IDS)).to.be.revertedWithCustomError(
      network,
      "ValidatorDoesNotExist",
    );
    await expect(network.connect(stranger).exitValidator(KEY, OPERATOR_IDS)).to.be.revertedWithCustomError(
      network,
      "ValidatorDoesNotExist",
    );
    await expect(network.connect(owner).exitValidator(KEY, OTHER_IDS))
      .to.be.revertedWithCustomError(network, "IncorrectValidatorStateWithData")
      .withArgs(KEY);
  });

  it("announces the fee recipient", async () => {
    const { network, owner, stranger } = await networkHelpers.loadFixture(registered);

    await expect(network.connect(owner).setFeeRecipientAddress(stranger))
      .to.emit(network, "FeeRecipientAddressUpdated")
      .withArgs(owner.address, stranger.address);
  });
});
