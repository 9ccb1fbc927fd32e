import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";

import { generateCeremony } from "../../src/ceremony/generate.ts";
import { depositDataRoot, findInvalidDeposits, MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import { toBareHex, toHex } from "../../src/units/hex.ts";
import { activate, offer } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, depositsOf, ETHER, KEY_STATUS, newBatch } from "../helpers/registry.ts";
import { deployQueueSuite } from "../helpers/queueSuite.ts";

const MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow";

describe("Deposits that PoolManager.activate makes", () => {
  const deployed = useSuite(() => deployFunded(200n));

  it("H8 have signatures that the consensus layer takes", async () => {
    const suite = deployed();
    const deposits = await depositsOf(suite, await activateChanged(suite, await newBatch(suite, 5), [0, 5]));

    expect(deposits.length).to.equal(5);
    expect(findInvalidDeposits(deposits, LOCAL)).to.deep.equal([]);
    const [first, second] = deposits;
    if (first === undefined || second === undefined) throw new Error("five deposits were counted");
    // The check can fail: signatures of each other are invalid.
    expect(findInvalidDeposits([{ ...first, signature: second.signature }, second], LOCAL)).to.deep.equal([0]);
  });

  it("H8 have the roots that SSZ gives", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 3);
    const deposits = await depositsOf(suite, await activateChanged(suite, batch, [0, 3]));
    expect(deposits.map((data) => toHex(depositDataRoot(data)))).to.deep.equal(
      batch.ceremony.keys.map((key) => key.depositDataRoot),
    );
  });

  it("I24 carry the credentials of the pool's withdrawal vault", async () => {
    const suite = deployed();
    const credentials = withdrawalCredentials(await suite.withdrawalVault.getAddress(), "0x01");
    const deposits = await depositsOf(suite, await activateChanged(suite, await newBatch(suite, 3), [0, 3]));
    expect(deposits.map((data) => toHex(data.withdrawalCredentials))).to.deep.equal(Array(3).fill(credentials));
  });

  it("I23 are as many as keys became Deposited, and sum up to totalStaked", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 4);
    const deposits = [
      ...(await depositsOf(suite, await activateChanged(suite, batch, [0, 1]))),
      ...(await depositsOf(suite, await activateChanged(suite, batch, [1, 3]))),
    ];

    expect(deposits.map(({ pubkey }) => toHex(pubkey))).to.deep.equal(
      batch.ceremony.keys.slice(0, 3).map(({ pubkey }) => pubkey),
    );
    const positions = await Promise.all([0, 1, 2, 3].map((i) => suite.poolManager.keyStatus(batch.batchId, i)));
    expect(positions.filter((status) => status === KEY_STATUS.Deposited).length).to.equal(deposits.length);
    const staked = deposits.reduce((sum, { amount }) => sum + amount * 10n ** 9n, 0n);
    expect(await suite.poolETH.totalStaked()).to.equal(staked);
    expect(staked).to.equal(96n * ETHER);
  });

  it("I25 go to keys that are at SSV, and no other key is there", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 4);
    await activateChanged(suite, batch, [0, 3]);

    const owner = await suite.clusterManager.getAddress();
    const registered = batch.ceremony.keys.map(({ pubkey }) => suite.ssvViews.getValidator(owner, pubkey));
    expect(await Promise.all(registered)).to.deep.equal([true, true, true, false]);
    const { cluster } = await offer(suite, batch.ceremony, batch.batchId, 3, 4);
    expect(cluster.validatorCount).to.equal(3n);
  });

  it("H14 come with shares that SSV announces under consecutive nonces", async () => {
    const suite = deployed();
    const batch = await newBatch(suite, 3);
    await activateChanged(suite, batch, [0, 3]);
    const added = await suite.ssvNetwork.queryFilter(suite.ssvNetwork.filters.ValidatorAdded());

    expect(added.map(({ args }) => [args.owner, args.operatorIds, args.publicKey, args.shares])).to.deep.equal(
      batch.ceremony.keys.map((key) => [batch.ceremony.owner, [1n, 2n, 3n, 4n], key.pubkey, key.sharesData]),
    );
    expect(batch.ceremony.keys.map((key) => key.ownerNonce)).to.deep.equal([0n, 1n, 2n]);
  });
});

describe("The files of a ceremony", () => {
  const deployed = useSuite(() => deployFunded(1n));

  it("H11 hold no secret key and no mnemonic", async () => {
    const suite = deployed();
    const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);
    const { files } = generateCeremony(
      {
        keychain,
        firstKeyIndex: 0,
        count: 3,
        operators: suite.operators.map(({ id, publicKey }) => ({ id, operatorKey: publicKey })),
        owner: await suite.clusterManager.getAddress(),
        firstNonce: 0n,
        withdrawalCredentials: withdrawalCredentials(await suite.withdrawalVault.getAddress(), "0x01"),
        amount: MIN_ACTIVATION_GWEI,
        network: LOCAL,
      },
      "2026-01-01T00:00:00.000Z",
    );

    const text = `${files.deposits}${files.keyshares}`.toLowerCase();
    for (let index = 0; index < 3; index++) {
      const key = keychain.signingKey(index);
      expect(text).to.include(toBareHex(key.toPublicKey().toBytes()));
      expect(text).not.to.include(toBareHex(key.toBytes()));
      expect(text).not.to.include(BigInt(toHex(key.toBytes())).toString());
    }
    expect(text).not.to.include("winner");
  });
});

describe("PoolManager.activate with a withdrawal queue", () => {
  const deployed = useSuite(() => deployQueueSuite());

  it("H51 stakes to fewer keys when somebody asks for ether just before", async () => {
    const suite = deployed();
    const { ethers } = suite.chain;
    await suite.poolETH.deposit(suite.deployer.address, ethers.ZeroAddress, { value: 100n * ETHER });
    const batch = await newBatch(suite, 3);
    expect(await suite.poolManager.freeEther()).to.equal(100n * ETHER + 10n ** 9n);
    await suite.queue.request(40n * ETHER);

    expect(await suite.poolManager.freeEther()).to.equal(60n * ETHER + 10n ** 9n);
    await expect(activate(suite, batch.ceremony, batch.batchId, 0, 3))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(batch.batchId, 0n, 1n, anyValue);
  });

  it("H51 collects what the stake would leave missing for those who wait", async () => {
    const suite = deployed();
    const { ethers, networkHelpers } = suite.chain;
    await suite.poolETH.deposit(suite.deployer.address, ethers.ZeroAddress, { value: 72n * ETHER });
    const batch = await newBatch(suite, 1);
    await suite.queue.request(40n * ETHER);
    await networkHelpers.setBalance(await suite.poolETH.getAddress(), 40n * ETHER);
    await networkHelpers.setBalance(await suite.rewardsVault.getAddress(), 32n * ETHER + 10n ** 9n);
    const activation = activate(suite, batch.ceremony, batch.batchId, 0, 1);
    await expect(activation)
      .to.emit(suite.rewardsVault, "Collected")
      .withArgs(32n * ETHER + 10n ** 9n);
    expect(await ethers.provider.getBalance(suite.poolETH)).to.equal(40n * ETHER + 10n ** 9n);
  });

  it("H51 stakes nothing when all ether is asked for", async () => {
    const suite = deployed();
    const { ethers } = suite.chain;
    await suite.poolETH.deposit(suite.deployer.address, ethers.ZeroAddress, { value: 40n * ETHER });
    const batch = await newBatch(suite, 1);
    await suite.queue.request(40n * ETHER);
    await expect(activate(suite, batch.ceremony, batch.batchId, 0, 1))
      .to.be.revertedWithCustomError(suite.poolManager, "NothingToActivate")
      .withArgs(10n ** 9n);
  });
});
