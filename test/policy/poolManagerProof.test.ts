import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { concat, dataLength, dataSlice, getBytes, hexlify, ZeroHash, type BytesLike } from "ethers";

import { ceremonyTree } from "../../src/ceremony/tree.ts";
import { makeCeremony, registerCeremony } from "../helpers/activation.ts";
import { useSuite } from "../helpers/isolation.ts";
import { activateChanged, deployFunded, newBatch, stateOf } from "../helpers/registry.ts";
import type { TestSuite } from "../helpers/suite.ts";
import type { IPoolManager } from "../../typechain-types/contracts/policy/PoolManager.ts";

type Change = (activation: IPoolManager.ActivationStruct) => IPoolManager.ActivationStruct;

const PUBKEY = 48;
const SIGNATURE = 96;
/** For four operators. */
const SHARES = 1_312;

const TAMPERINGS: Record<string, Change> = {
  "a public key": (a) => ({ ...a, keys: { ...a.keys, pubkeys: flip(a.keys.pubkeys, 50) } }),
  "a deposit signature": (a) => ({ ...a, keys: { ...a.keys, signatures: flip(a.keys.signatures, 100) } }),
  "the first byte of shares": (a) => ({ ...a, sharesData: flip(a.sharesData, 0) }),
  "the last byte of shares": (a) => ({ ...a, sharesData: flip(a.sharesData, SHARES - 1) }),
  "an operator": (a) => ({ ...a, operatorIds: [1n, 2n, 3n, 5n] }),
  "the order of operators": (a) => ({ ...a, operatorIds: [1n, 2n, 4n, 3n] }),
  "the order of keys": (a) => ({
    ...a,
    keys: {
      ...a.keys,
      pubkeys: swapFirstTwo(a.keys.pubkeys, PUBKEY),
      signatures: swapFirstTwo(a.keys.signatures, SIGNATURE),
      depositDataRoots: swapFirstTwo(a.keys.depositDataRoots, 32),
    },
    sharesData: swapFirstTwo(a.sharesData, SHARES),
  }),
  "which shares go with which key": (a) => ({
    ...a,
    sharesData: swapFirstTwo(a.sharesData, SHARES),
  }),
  "a node of the proof": (a) => ({ ...a, proof: changeFirst(a.proof, (node) => flip(node, 31)) }),
};

describe("PoolManager.activate with a wrong proof", () => {
  let suite: TestSuite;
  let batch: Awaited<ReturnType<typeof newBatch>>;

  const deployed = useSuite(async () => {
    const funded = await deployFunded(200n);
    batch = await newBatch(funded, 5);
    return funded;
  });
  beforeEach(() => {
    suite = deployed();
  });

  it("takes the keys as they were registered", async () => {
    await expect(activateChanged(suite, batch, [0, 3]))
      .to.emit(suite.poolManager, "BatchActivated")
      .withArgs(0n, 0n, 3n, anyValue);
  });

  const lastBatch = async () => (await suite.poolManager.batchCount()) - 1n;

  for (const [what, tamper] of Object.entries(TAMPERINGS))
    it(`reverts when somebody changed ${what}`, async () => {
      const before = await stateOf(suite);
      await expect(activateChanged(suite, batch, [0, 3], tamper))
        .to.be.revertedWithCustomError(suite.poolManager, "ProofInvalid")
        .withArgs(batch.batchId);
      expect(await stateOf(suite)).to.deep.equal(before);
    });

  it("reverts for the proof of another batch", async () => {
    const other = await newBatch(suite, 5, 5);
    await expect(activateChanged(suite, { ...other, batchId: batch.batchId }, [0, 3]))
      .to.be.revertedWithCustomError(suite.poolManager, "ProofInvalid")
      .withArgs(batch.batchId);
  });

  it("reverts for a proof with a node too few or too many", async () => {
    const changes: Change[] = [
      (a) => ({ ...a, proof: a.proof.slice(1) }),
      (a) => ({ ...a, proof: a.proof.slice(0, -1) }),
      (a) => ({ ...a, proof: [...a.proof, ZeroHash] }),
      (a) => ({ ...a, proof: [] }),
    ];
    for (const change of changes)
      await expect(activateChanged(suite, batch, [0, 3], change))
        .to.be.revertedWithCustomError(suite.poolManager, "ProofInvalid")
        .withArgs(batch.batchId);
  });

  it("reverts for keys of the batch that are not its next ones", async () => {
    for (const [from, to] of [
      [1, 2],
      [2, 5],
      [1, 5],
    ] as const)
      await expect(activateChanged(suite, batch, [from, to]))
        .to.be.revertedWithCustomError(suite.poolManager, "ProofInvalid")
        .withArgs(batch.batchId);
  });

  it("reverts for a batch that was registered with another number of keys than its tree has", async () => {
    const { poolManager, operator } = suite;
    for (const count of [4, 6]) {
      await poolManager.connect(operator).discardBatch(await lastBatch());
      const { root } = ceremonyTree(batch.ceremony.keys);
      await poolManager.connect(operator).registerBatch(root, count, batch.ceremony.operatorIds.slice(), "");
      const miscounted = { ...batch, batchId: await lastBatch() };
      await expect(activateChanged(suite, miscounted, [0, 3]))
        .to.be.revertedWithCustomError(poolManager, "ProofInvalid")
        .withArgs(miscounted.batchId);
    }
  });

  it("reverts when shares are longer or shorter than SSV nodes read for so many keys", async () => {
    for (const length of [0, SHARES, 3 * SHARES - 1, 3 * SHARES + 1, 4 * SHARES])
      await expect(activateChanged(suite, batch, [0, 3], (a) => ({ ...a, sharesData: new Uint8Array(length) })))
        .to.be.revertedWithCustomError(suite.poolManager, "SharesLengthMismatch")
        .withArgs(BigInt(length), BigInt(3 * SHARES));
  });

  it("reverts when no key is offered", async () => {
    const none: Change = (a) => ({
      ...a,
      keys: { ...a.keys, pubkeys: "0x", signatures: "0x", depositDataRoots: "0x" },
      sharesData: "0x",
    });
    await expect(activateChanged(suite, batch, [0, 3], none))
      .to.be.revertedWithCustomError(suite.poolManager, "OfferMismatch")
      .withArgs(0n, 5n);
  });

  it("reverts when more keys are offered than are left", async () => {
    await activateChanged(suite, batch, [0, 3]);
    const more: Change = (a) => ({
      ...a,
      keys: {
        ...a.keys,
        pubkeys: concat([a.keys.pubkeys, new Uint8Array(PUBKEY)]),
        signatures: concat([a.keys.signatures, new Uint8Array(SIGNATURE)]),
        depositDataRoots: concat([a.keys.depositDataRoots, new Uint8Array(32)]),
      },
    });
    await expect(activateChanged(suite, batch, [3, 5], more))
      .to.be.revertedWithCustomError(suite.poolManager, "OfferMismatch")
      .withArgs(3n, 2n);
  });

  it("reverts when signatures or roots are missing or too many", async () => {
    const offered = { pubkeys: 144n, signatures: 288n, depositDataRoots: 96n };
    for (const [field, size] of [
      ["depositDataRoots", 32n],
      ["depositDataRoots", 1n],
      ["signatures", 96n],
      ["pubkeys", 1n],
    ] as const) {
      const lengths = { ...offered, [field]: offered[field] + size };
      const change: Change = (a) => ({
        ...a,
        keys: { ...a.keys, [field]: concat([a.keys[field], new Uint8Array(Number(size))]) },
      });
      await expect(activateChanged(suite, batch, [0, 3], change))
        .to.be.revertedWithCustomError(suite.poolETH, "KeysLengthMismatch")
        .withArgs(lengths.pubkeys, lengths.signatures, lengths.depositDataRoots);
    }
  });

  it("reverts when the last signature is not there, before it hashes what stands behind", async () => {
    for (const length of [0, 287]) {
      const cut: Change = (a) => ({ ...a, keys: { ...a.keys, signatures: dataSlice(a.keys.signatures, 0, length) } });
      await expect(activateChanged(suite, batch, [0, 3], cut))
        .to.be.revertedWithCustomError(suite.poolETH, "KeysLengthMismatch")
        .withArgs(144n, BigInt(length), 96n);
    }
  });

  for (const [where, twice] of [
    ["in one batch", 1],
    ["in two batches, and after activation", 0],
  ] as const)
    it(`H7 reverts for a key that comes twice ${where}`, async () => {
      await suite.poolManager.connect(suite.operator).discardBatch(0n);
      const ceremony = await makeCeremony(suite, 1);
      const [key] = ceremony.keys;
      if (key === undefined) throw new Error("the ceremony made no key");
      const again = { ...ceremony, keys: [{ ...key, ownerNonce: 1n }] };
      const both = { ...ceremony, keys: [key, ...again.keys] };

      const batchId = await registerCeremony(suite, twice ? both : ceremony);
      const secondId = twice ? batchId : await registerCeremony(suite, again);
      if (!twice) await activateChanged(suite, { ceremony, batchId }, [0, 1]);
      const before = await stateOf(suite);
      await expect(activateChanged(suite, { ceremony: twice ? both : again, batchId: secondId }, [0, twice ? 2 : 1]))
        .to.be.revertedWithCustomError(suite.ssvNetwork, "ValidatorAlreadyExistsWithData")
        .withArgs(key.pubkey);
      expect(await stateOf(suite)).to.deep.equal(before);
    });
});

function flip(bytes: BytesLike, position: number): string {
  const changed = Uint8Array.from(getBytes(bytes));
  changed[position] = (changed[position] ?? 0) ^ 1;
  return hexlify(changed);
}

function changeFirst(list: readonly BytesLike[], change: (item: BytesLike) => string): BytesLike[] {
  return list.map((item, index) => (index === 0 ? change(item) : item));
}

function swapFirstTwo(packed: BytesLike, size: number): string {
  return concat([
    dataSlice(packed, size, 2 * size),
    dataSlice(packed, 0, size),
    dataSlice(packed, 2 * size, dataLength(packed)),
  ]);
}
