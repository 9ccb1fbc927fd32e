import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ByteVectorType, ContainerType, UintBigintType } from "@chainsafe/ssz";
import { expect } from "chai";
import hre from "hardhat";

import { verifyOwnShares } from "../../src/ceremony/ownShares.ts";
import { verifySignature } from "../../src/consensus/bls.ts";
import { ForkDataType, SigningDataType } from "../../src/consensus/depositTypes.ts";
import { recoverSignature, type SignatureShare } from "../../src/keys/thresholdPoints.ts";
import { signingThreshold } from "../../src/ssv/committee.ts";
import type { Keyshare } from "../../src/ssv/keyshare.ts";
import { encodeOperatorPublicKey, generateOperatorKey, parseOperatorPrivateKey } from "../../src/ssv/operatorKey.ts";
import { decryptShare } from "../../src/ssv/shareEncryption.ts";
import { parseSharesData } from "../../src/ssv/sharesData.ts";
import { parseSecretKey } from "../../src/consensus/bls.ts";
import { fromHex, type Hex } from "../../src/units/hex.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const KEYS = 40;
const FIRST_GROUP = 25;
const PASSWORD = "correct horse battery";

const Uint64 = new UintBigintType(8);
const Root = new ByteVectorType(32);
const CheckpointType = new ContainerType({ epoch: Uint64, root: Root });
/** SSZ `AttestationData` (consensus-specs, phase0). */
const AttestationDataType = new ContainerType({
  slot: Uint64,
  index: Uint64,
  beaconBlockRoot: Root,
  source: CheckpointType,
  target: CheckpointType,
});
/** `DOMAIN_BEACON_ATTESTER` (consensus-specs, phase0). */
const DOMAIN_BEACON_ATTESTER = [1, 0, 0, 0];

describe("A key ceremony on the local chain, from a mnemonic to validators that sign", () => {
  let node: LocalNode;
  let home: string;
  let run: TaskRunner;
  let folder: string;

  before(async () => {
    node = await startLocalNode(hre, await findFreePort(0));
    run = await createTaskRunner(node);
    home = mkdtempSync(join(tmpdir(), "pooleth-ceremony-"));
    folder = join(home, "ceremony");
    writeFileSync(join(home, "password"), PASSWORD, { mode: 0o600 });
  });

  after(async () => {
    rmSync(home, { recursive: true });
    rmSync(node.record);
    await node.close();
  });

  async function json(id: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { success, stdout, stderr } = await run(id, { json: true, ...args });
    if (!success) throw new Error(`${id} failed: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("makes, splits, verifies, registers and activates 40 keys for two groups of operators", async () => {
    const passwordFile = join(home, "password");
    const operatorKeys = await registerOperators();
    for (const [id, pem] of operatorKeys) writeFileSync(join(home, `${id}.pem`), pem);
    const groups = `0-${FIRST_GROUP - 1}:1,2,3,4 ${FIRST_GROUP}-${KEYS - 1}:5,6,7,8`;

    await json("keys generate", {
      dir: folder,
      count: String(KEYS),
      newMnemonicFile: join(home, "mnemonic"),
      keystores: "pbkdf2",
      passwordFile,
    });
    const split = await json("keys split", { dir: folder, operators: groups, passwordFile });
    const verified = await json("keys verify", {
      dir: folder,
      passwordFile,
      operatorKeys: [...operatorKeys.keys()].map((id) => `${id}=${join(home, `${id}.pem`)}`).join(","),
    });
    await json("validators register", { dir: folder, yes: true });
    await json("pool deposit", { amount: String(32 * KEYS), yes: true });
    for (const count of [FIRST_GROUP, KEYS - FIRST_GROUP])
      expect(await json("validators activate", { dir: folder, count: String(count), yes: true })).to.include({
        keys: count,
      });

    expect(split).to.deep.include({ keys: KEYS, owner: await node.suite.clusterManager.getAddress() });
    expect(split.batches).to.have.lengthOf(2);
    expect((verified.checks as { result: string }[]).filter(({ result }) => result === "failed")).to.deep.equal([]);
    expect(await node.suite.clusterManager.ownerNonce()).to.equal(BigInt(KEYS));
  });

  it("leaves shares on the chain that every operator decrypts, and that sign for the validators", async () => {
    const keyshares = await fetchKeyshares();
    const privateKeys = new Map([...(await readOperatorKeys())].map(([id, pem]) => [id, parseOperatorPrivateKey(pem)]));
    const message = attestationRoot();

    expect(keyshares).to.have.lengthOf(KEYS);
    for (const keyshare of keyshares) {
      const { operatorIds, publicKey, sharesData } = keyshare;
      expect(verifyOwnShares(keyshare, privateKeys)).to.deep.equal({ operatorIds, isRecovered: true });
      const { encryptedShares } = parseSharesData(fromHex(sharesData, "sharesData"), operatorIds.length);
      const partial = operatorIds.map((operatorId, i): SignatureShare => {
        const privateKey = privateKeys.get(operatorId);
        if (privateKey === undefined) throw new Error(`operator ${operatorId} is unknown`);
        const share = parseSecretKey(decryptShare(encryptedShares[i] ?? new Uint8Array(), privateKey));
        return { operatorId, signature: share.sign(message).toBytes() };
      });
      const threshold = signingThreshold(operatorIds.length);
      const isValid = (few: SignatureShare[]) =>
        verifySignature({ publicKey: fromHex(publicKey, "publicKey"), message, signature: recoverSignature(few) });
      expect(isValid(partial.slice(0, threshold))).to.equal(true);
      expect(isValid(partial.slice(-threshold))).to.equal(true);
      expect(isValid(partial.slice(0, threshold - 1))).to.equal(false);
    }
  });

  const secondGroup: { id: bigint; privateKey: string }[] = [];

  /** Four more operators than the local chain has, by one owner of their own. */
  async function registerOperators(): Promise<Map<bigint, string>> {
    const { ssvNetwork, treasury } = node.suite;
    for (let i = 0; i < 4; i++) {
      const { publicKey, privateKey } = generateOperatorKey();
      const network = ssvNetwork.connect(treasury);
      await network.registerOperator(encodeOperatorPublicKey(publicKey), 1_000_000_000n, false);
      secondGroup.push({ id: BigInt(5 + i), privateKey });
    }
    return readOperatorKeys();
  }

  function readOperatorKeys(): Promise<Map<bigint, string>> {
    const all = [...node.suite.operators, ...secondGroup];
    return Promise.resolve(new Map(all.map(({ id, privateKey }) => [id, privateKey])));
  }

  /** As operators' nodes read them: from the log, by nobody's word but the validator key's. */
  async function fetchKeyshares(): Promise<Keyshare[]> {
    const { ssvNetwork, clusterManager } = node.suite;
    const owner = await clusterManager.getAddress();
    const events = await ssvNetwork.queryFilter(ssvNetwork.filters.ValidatorAdded(owner));
    return events.map(({ args }, i) => ({
      owner,
      ownerNonce: BigInt(i),
      publicKey: args.publicKey as Hex,
      operatorIds: [...args.operatorIds],
      sharesData: args.shares as Hex,
    }));
  }
});

/** Signing root of an attestation (`compute_signing_root`) on a chain with a genesis of its own. */
function attestationRoot(): Uint8Array {
  const root = (byte: number) => new Uint8Array(32).fill(byte);
  const forkDataRoot = ForkDataType.hashTreeRoot({
    currentVersion: Uint8Array.from([6, 0, 0, 0]),
    genesisValidatorsRoot: root(7),
  });
  const objectRoot = AttestationDataType.hashTreeRoot({
    slot: 320n,
    index: 0n,
    beaconBlockRoot: root(1),
    source: { epoch: 8n, root: root(2) },
    target: { epoch: 10n, root: root(3) },
  });
  const domain = Uint8Array.from([...DOMAIN_BEACON_ATTESTER, ...forkDataRoot.subarray(0, 28)]);
  return SigningDataType.hashTreeRoot({ objectRoot, domain });
}
