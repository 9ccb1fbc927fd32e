import { setTimeout } from "node:timers/promises";

import { expect } from "chai";

import { fetchBatches } from "../../clients/batches.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import { FileError } from "../../clients/files.ts";
import { findKeyUsage, ownerOfPool, KeyScanError, type KeyUsage } from "../../clients/keyUsage.ts";
import { checkUnused, KeyUsedError, type KeyPurpose } from "../../clients/unusedKeys.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import { DEPOSIT_CONTRACT } from "../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { ClusterSnapshot } from "../../src/ssv/cluster.ts";
import { createKeyshare } from "../../src/ssv/keyshare.ts";
import { parseOperatorPublicKey } from "../../src/ssv/operatorKey.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import { MNEMONIC } from "../helpers/ceremonyFolders.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, ETHER, newBatch } from "../helpers/registry.ts";

const STAKE_GWEI = 32_000_000_000n as Gwei;
const OPERATOR_IDS = [1n, 2n, 3n, 4n];
const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);
const pubkeyAt = (index: number): Hex => toHex(keychain.signingKey(index).toPublicKey().toBytes());

describe("findKeyUsage", () => {
  const suite = useSuite(() => deployFunded(200n));

  async function find(pubkeys: readonly Hex[], fromBlock: number | undefined = 0) {
    const batches = await fetchBatches(suite(), 0);
    return findKeyUsage(await ownerOfPool(suite()), pubkeys, { network: LOCAL, fromBlock, batches });
  }

  async function findOne(index: number): Promise<KeyUsage> {
    const [usage] = (await find([pubkeyAt(index)])).keys;
    if (usage === undefined) throw new Error("one key was asked for");
    return usage;
  }

  /** Somebody deposits for a key; with a signature of it, if `signed`. */
  async function deposit(index: number, credentials: Hex, signed = true) {
    const secretKey = keychain.signingKey(index);
    const valid = signDeposit(secretKey, { withdrawalCredentials: credentials, amount: STAKE_GWEI, network: LOCAL });
    const data = signed ? valid : { ...valid, signature: keychain.signingKey(99).sign(valid.pubkey).toBytes() };
    const contract = await suite().chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    const value = 32n * ETHER;
    await contract.deposit(data.pubkey, credentials, data.signature, depositDataRoot(data), { value });
  }

  /** The staker registers a key of somebody for his own cluster, with these shares or with valid ones for a nonce. */
  async function registerAs(index: number, shares: Hex | bigint) {
    const { operators, ssvNetwork, staker } = suite();
    const recipients = operators.map(({ id, publicKey }) => ({ id, key: parseOperatorPublicKey(publicKey) }));
    const sharesData =
      typeof shares === "string"
        ? shares
        : createKeyshare(keychain.signingKey(index), recipients, { owner: staker.address, ownerNonce: shares })
            .sharesData;
    const cluster = await clusterOf(staker.address);
    const network = ssvNetwork.connect(staker);
    await network.registerValidator(pubkeyAt(index), OPERATOR_IDS, sharesData, cluster, { value: ETHER });
  }

  async function clusterOf(owner: string): Promise<ClusterSnapshot> {
    return fetchClusterSnapshot(suite().ssvNetwork, owner, OPERATOR_IDS);
  }

  function refuses(usage: KeyUsage, purpose: KeyPurpose, problem: string, remedy: string) {
    expect(() => {
      checkUnused({ keys: [usage] }, purpose);
    })
      .to.throw(KeyUsedError)
      .with.property("message", `validator key ${problem} (got ${usage.pubkey}): ${remedy}`);
  }
  const LEAVE_OUT = "leave this key out, with `keys resplit --exclude`";
  const DROP =
    "drop the batch with `validators discard`, and make shares of the other keys with `keys resplit --exclude`";

  it("finds nothing of a key that nobody used, and says where it looked", async () => {
    const toBlock = await suite().chain.ethers.provider.getBlockNumber();
    const unused = { pubkey: pubkeyAt(50), inPool: [], deposits: [], registrations: [] };
    const found = await find([pubkeyAt(50)], 3);
    expect(found).to.deep.equal({ scanned: { fromBlock: 3, toBlock }, unread: [], keys: [unused] });
    checkUnused(found, "register");
    checkUnused(found, "activate");

    const error: unknown = await find([pubkeyAt(50)], toBlock + 1).catch((thrown: unknown) => thrown);
    expect(error)
      .to.be.instanceOf(KeyScanError)
      .with.property(
        "message",
        `scanFrom is after the newest block, ${toBlock} (got ${toBlock + 1}): name a block before the ceremony took place`,
      );
  });

  it("H1 finds deposits with their credentials, and whether their signature counts", async () => {
    const { staker, withdrawalVault } = suite();
    const ours = withdrawalCredentials(await withdrawalVault.getAddress(), "0x01");
    const foreign = withdrawalCredentials(staker.address, "0x01");
    await deposit(50, foreign);
    await deposit(51, ours, false);
    await deposit(50, ours);

    const { keys } = await find([pubkeyAt(51), pubkeyAt(50).toUpperCase().replace("X", "x") as Hex]);
    const amount = STAKE_GWEI;
    expect(keys.map(({ deposits }) => deposits)).to.deep.equal([
      [{ index: 1n, withdrawalCredentials: ours, isOurs: true, amount, isSignatureValid: false }],
      [
        { index: 0n, withdrawalCredentials: foreign, isOurs: false, amount, isSignatureValid: true },
        { index: 2n, withdrawalCredentials: ours, isOurs: true, amount, isSignatureValid: true },
      ],
    ]);
    const [unsigned, stolen] = keys;
    if (unsigned === undefined || stolen === undefined) throw new Error("two keys were asked for");
    refuses(
      stolen,
      "register",
      `has a deposit already, number 0 of all: 32 ETH with foreign withdrawal credentials ${foreign} and a valid signature`,
      LEAVE_OUT,
    );
    refuses(
      stolen,
      "activate",
      `has a deposit already, number 0 of all: 32 ETH with foreign withdrawal credentials ${foreign} and a valid signature`,
      DROP,
    );
    // The consensus layer burns it: one ether must not be enough to shut a key out.
    for (const purpose of ["register", "activate"] as const) checkUnused({ keys: [unsigned] }, purpose);
  });

  it("H15 tells a registration that the key signed from one that anybody could make", async () => {
    const { staker, ssvNetwork } = suite();
    await registerAs(60, toHex(new Uint8Array(1_312).fill(7)));
    await registerAs(61, "0x1234");
    await registerAs(62, 2n);
    // Signed for another nonce than the one it came with.
    await registerAs(63, 2n);
    const blockNumber = await suite().chain.ethers.provider.getBlockNumber();

    const signed = await findOne(62);
    const registration = { owner: staker.address, operatorIds: OPERATOR_IDS, isRemoved: false, isOurs: false };
    expect(signed.registrations).to.deep.equal([
      { ...registration, pubkey: pubkeyAt(62), ownerNonce: 2n, isSigned: true, blockNumber: blockNumber - 1 },
    ]);
    for (const [index, ownerNonce] of [
      [60, 0n],
      [61, 1n],
      [63, 3n],
    ] as const) {
      const usage = await findOne(index);
      expect(usage.registrations).to.have.length(1);
      expect(usage.registrations[0]).to.include({ ownerNonce, isSigned: false });
      checkUnused({ keys: [usage] }, "activate");
    }
    const problem = `was registered at ssv.network by ${staker.address} for operators 1, 2, 3, 4 in block ${blockNumber - 1}, signed by the key itself`;
    refuses(signed, "register", problem, LEAVE_OUT);
    refuses(signed, "activate", problem, DROP);

    // Removing it takes nothing back: somebody has the key.
    await ssvNetwork.connect(staker).removeValidator(pubkeyAt(62), OPERATOR_IDS, await clusterOf(staker.address));
    const removed = await findOne(62);
    expect(removed.registrations[0]).to.include({ isSigned: true, isRemoved: true });
    refuses(removed, "register", problem, LEAVE_OUT);
  });

  it("counts an owner's registrations from before the scan", async () => {
    await registerAs(60, "0x1234");
    const fromBlock = (await suite().chain.ethers.provider.getBlockNumber()) + 1;
    await registerAs(61, 1n);

    // More than is read at a time.
    await suite().chain.networkHelpers.mine(20_000);
    await registerAs(64, 2n);

    const [first, last] = (await find([pubkeyAt(61), pubkeyAt(64)], fromBlock)).keys;
    expect(first?.registrations[0]).to.include({ ownerNonce: 1n, isSigned: true });
    expect(last?.registrations[0]).to.include({ ownerNonce: 2n, isSigned: true });
    expect((await find([pubkeyAt(61)], fromBlock + 1)).keys[0]?.registrations).to.deep.equal([]);
  });

  it("finds the pool's own keys: activated ones by its log, waiting and dropped ones by their content", async () => {
    const { poolManager, operator, clusterManager } = suite();
    const first = await newBatch(suite(), 2);
    await activateChanged(suite(), first, [0, 2]);
    const second = await newBatch(suite(), 3, 2);
    await activateChanged(suite(), second, [0, 1]);
    const third = await newBatch(suite(), 1, 5);
    await poolManager.connect(operator).discardBatch(2n);
    const ceremonies = new Map([first, second, third].map(({ batchId, ceremony }) => [batchId, ceremony]));
    const pubkeys = Array.from({ length: 7 }, (_, i) => pubkeyAt(i));
    const batches = await fetchBatches(suite(), 0);
    const { keys } = await findKeyUsage(await ownerOfPool(suite()), pubkeys, {
      network: LOCAL,
      fromBlock: undefined,
      batches,
      readContent: ({ batchId }) => Promise.resolve(ceremonies.get(batchId)),
    });

    const at = (batchId: bigint, position: number, ownerNonce: bigint, state: string) => [
      { state, ownerNonce, batchId, position },
    ];
    expect(keys.map(({ inPool }) => inPool)).to.deep.equal([
      at(0n, 0, 0n, "activated"),
      at(0n, 1, 1n, "activated"),
      at(1n, 0, 2n, "activated"),
      at(1n, 1, 3n, "next"),
      at(1n, 2, 4n, "next"),
      at(2n, 0, 5n, "discarded"),
      [],
    ]);
    // Without a block to look from, only the pool's own registrations are known.
    expect(keys[0]?.registrations).to.have.length(1);
    expect(keys[0]?.registrations[0]).to.include({ owner: await clusterManager.getAddress(), isOurs: true });
    expect(keys[0]?.registrations[0]).to.include({ isSigned: true, ownerNonce: 0n });

    const [activated, , , waiting, , dropped] = keys;
    if (activated === undefined || waiting === undefined || dropped === undefined) throw new Error("keys are missing");
    const inPool = "is in this pool already,";
    refuses(activated, "register", `${inPool} activated at position 0 of batch 0`, LEAVE_OUT);
    refuses(activated, "activate", `${inPool} activated at position 0 of batch 0`, DROP);
    refuses(waiting, "register", `${inPool} waiting at position 1 of batch 1`, LEAVE_OUT);
    checkUnused({ keys: [waiting] }, "activate");
    checkUnused({ keys: [dropped] }, "register");

    const [unnamed] = (
      await findKeyUsage(await ownerOfPool(suite()), [pubkeyAt(2)], {
        network: LOCAL,
        fromBlock: undefined,
        batches: [],
      })
    ).keys;
    if (unnamed === undefined) throw new Error("one key was asked for");
    refuses(unnamed, "register", `${inPool} activated with nonce 2`, LEAVE_OUT);
  });

  it("reads the content of batches at the same time, eight at once, and tells of them in their order", async () => {
    await newBatch(suite(), 1);
    const [batch] = await fetchBatches(suite(), 0);
    if (batch === undefined) throw new Error("one batch is registered");
    const batches = Array.from({ length: 11 }, (_, i) => ({ ...batch, batchId: BigInt(i) }));
    let [underWay, most] = [0, 0];
    const { unread } = await findKeyUsage(await ownerOfPool(suite()), [pubkeyAt(0)], {
      network: LOCAL,
      fromBlock: undefined,
      batches,
      readContent: async ({ batchId }) => {
        most = Math.max(most, ++underWay);
        await setTimeout(batchId === 0n ? 40 : 5);
        underWay--;
        throw new FileError("content", String(batchId), "is unreadable", "repair it");
      },
    });
    expect(most).to.equal(8);
    expect(unread).to.deep.equal(
      batches.map(({ batchId }) => ({ batchId, reason: `content is unreadable (got ${batchId}): repair it` })),
    );
  });

  it("names the batches whose content cannot be read, and reads none for activated keys", async () => {
    const first = await newBatch(suite(), 2);
    await activateChanged(suite(), first, [0, 1]);
    const batches = await fetchBatches(suite(), 0);
    const asked: bigint[] = [];
    const scan = {
      network: LOCAL,
      fromBlock: undefined,
      batches,
      readContent: ({ batchId }: { batchId: bigint }) => {
        asked.push(batchId);
        return Promise.reject(new FileError("content", "x", "is unreadable", "repair it"));
      },
    };
    expect((await findKeyUsage(await ownerOfPool(suite()), [pubkeyAt(0)], scan)).unread).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
    expect((await findKeyUsage(await ownerOfPool(suite()), [pubkeyAt(0), pubkeyAt(1)], scan)).unread).to.deep.equal([
      { batchId: 0n, reason: "content is unreadable (got x): repair it" },
    ]);
    expect(asked).to.deep.equal([0n]);
    const broken = { ...scan, readContent: () => Promise.reject(new RangeError("a mistake")) };
    const error: unknown = await findKeyUsage(await ownerOfPool(suite()), [pubkeyAt(1)], broken).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(RangeError);
  });
});
