import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { hexlify, keccak256, toBeHex, ZeroHash } from "ethers";
import hre from "hardhat";

import type { CeremonyKey } from "../../src/ceremony/ceremony.ts";
import { ceremonyTree, LEAF_ENCODING, proveKeys, type LeafValue } from "../../src/ceremony/tree.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { KeyTreeMock } from "../../typechain-types/index.ts";

/** All trees up to this many keys, complete ones and ones whose leaves stand on two levels. */
const EVERY_COUNT = 16;
/** Runs asked for at once. */
const AT_ONCE = 64;

describe("KeyTree.rootOf", () => {
  let keyTree: KeyTreeMock;
  let close: () => Promise<void>;

  before(async () => {
    const chain = await hre.network.create();
    keyTree = await chain.ethers.deployContract("KeyTreeMock");
    close = () => chain.close();
  });
  after(() => close());

  it("leads every run of every tree to the root, as OpenZeppelin's verification with flags does", async () => {
    const asked: (() => Promise<void>)[] = [];
    for (let count = 1; count <= EVERY_COUNT; count++) {
      const tree = treeOf(count);
      for (let from = 0; from < count; from++)
        for (let to = from + 1; to <= count; to++)
          asked.push(async () => {
            const { leaves, proof } = proveKeys(tree, from, to);
            expect(verifyWithFlags(tree, from, to, proof)).to.equal(true);
            const root = await keyTree.rootOf(leaves.map(hash(tree)), proof, from, count);
            expect(root, `${from} to ${to} of ${count}`).to.equal(tree.root);
          });
    }
    while (asked.length > 0) await Promise.all(asked.splice(0, AT_ONCE).map((ask) => ask()));
  });

  it("leads a run of a large batch to its root", async () => {
    const tree = treeOf(3_001);
    for (const [from, to] of [
      [0, 1],
      [0, 500],
      [904, 906],
      [905, 1_100],
      [1_095, 1_096],
      [2_000, 2_500],
      [2_999, 3_001],
    ] as const) {
      const { leaves, proof } = proveKeys(tree, from, to);
      expect(await keyTree.rootOf(leaves.map(hash(tree)), proof, from, 3_001), `${from}`).to.equal(tree.root);
    }
  });

  it("leads to another root with a leaf or a node changed, and nowhere with a proof of another length", async () => {
    const tree = treeOf(11);
    const { leaves, proof } = proveKeys(tree, 2, 5);
    const hashes = leaves.map(hash(tree));
    const other = keccak256("0x");

    expect(await keyTree.rootOf(hashes, proof, 2, 11)).to.equal(tree.root);
    for (const i of hashes.keys())
      expect(await keyTree.rootOf(hashes.with(i, other), proof, 2, 11)).not.to.be.oneOf([tree.root, ZeroHash]);
    for (const i of proof.keys())
      expect(await keyTree.rootOf(hashes, proof.with(i, hexlify(other) as Hex), 2, 11)).not.to.be.oneOf([
        tree.root,
        ZeroHash,
      ]);
    for (const changed of [[], proof.slice(1), proof.slice(0, -1), [...proof, ZeroHash], [ZeroHash, ...proof]])
      expect(await keyTree.rootOf(hashes, changed, 2, 11)).to.equal(ZeroHash);
  });
});

function treeOf(count: number): StandardMerkleTree<LeafValue> {
  const key = (i: number): CeremonyKey => ({
    ownerNonce: BigInt(i),
    pubkey: keccak256(toBeHex(i, 32)) as Hex,
    depositSignature: "0x",
    depositDataRoot: "0x",
    sharesData: "0x",
  });
  return ceremonyTree(Array.from({ length: count }, (_, i) => key(i)));
}

function verifyWithFlags(tree: StandardMerkleTree<LeafValue>, from: number, to: number, proof: Hex[]): boolean {
  const multiproof = tree.getMultiProof(Array.from({ length: to - from }, (_, i) => from + i));
  return StandardMerkleTree.verifyMultiProof(tree.root, LEAF_ENCODING, { ...multiproof, proof });
}

function hash(tree: StandardMerkleTree<LeafValue>): (leaf: LeafValue) => string {
  return (leaf) => tree.leafHash(leaf);
}
