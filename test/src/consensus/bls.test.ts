import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expect } from "chai";

import {
  areOwnSignaturesValid,
  BlsFormatError,
  findInvalidSignatures,
  parsePublicKey,
  parseSecretKey,
  parseSignature,
  verifySignature,
} from "../../../src/consensus/bls.ts";
import { coordinateAboveModulus, g1OutsideSubgroup, g2OutsideSubgroup, infinity } from "../support/badPoints.ts";
import { secretOf, sha256 } from "../support/bytes.ts";

const ORDER = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

describe("consensus/bls", () => {
  const key = parseSecretKey(secretOf("bls"));
  const publicKey = key.toPublicKey().toBytes();
  const message = sha256(new Uint8Array(1));
  const signature = key.sign(message).toBytes();

  const unusable: [string, Uint8Array, Uint8Array][] = [
    ["one byte short", publicKey.subarray(1), signature.subarray(1)],
    ["one byte long", Uint8Array.from([...publicKey, 0]), Uint8Array.from([...signature, 0])],
    ["empty", new Uint8Array(0), new Uint8Array(0)],
    [
      "uncompressed",
      bls12_381.G1.Point.fromBytes(publicKey).toBytes(false),
      bls12_381.G2.Point.fromBytes(signature).toBytes(false),
    ],
    ["all zero", new Uint8Array(48), new Uint8Array(96)],
    ["infinity", infinity(48), infinity(96)],
    ["outside the subgroup", g1OutsideSubgroup(), g2OutsideSubgroup()],
    ["a coordinate above the modulus", coordinateAboveModulus(48), coordinateAboveModulus(96)],
  ];
  for (const [name, badKey, badSignature] of unusable) {
    it(`H8: refuses a signature that is ${name}`, () => {
      expect(() => parseSignature(badSignature)).to.throw(BlsFormatError, "signature");
      expect(verifySignature({ publicKey, message, signature: badSignature })).to.equal(false);
    });
    it(`H8: refuses a public key that is ${name}`, () => {
      expect(() => parsePublicKey(badKey)).to.throw(BlsFormatError, "public key");
      expect(verifySignature({ publicKey: badKey, message, signature })).to.equal(false);
    });
  }

  it("finds a fault among signatures that were made together, which it sums", () => {
    const sets = ["a", "b", "c"].map((name) => {
      const own = parseSecretKey(secretOf(name));
      const signed = sha256(new TextEncoder().encode(name));
      return { publicKey: own.toPublicKey().toBytes(), message: signed, signature: own.sign(signed).toBytes() };
    });
    const [first, second, third] = sets;
    if (first === undefined || second === undefined || third === undefined) throw new Error("three sets");

    expect(areOwnSignaturesValid([])).to.equal(true);
    expect(areOwnSignaturesValid(sets)).to.equal(true);
    expect(areOwnSignaturesValid([first, { ...second, message }, third])).to.equal(false);
    expect(areOwnSignaturesValid([first, second, { ...third, publicKey }])).to.equal(false);
    expect(areOwnSignaturesValid([first, { ...second, signature: third.signature }, third])).to.equal(false);
    // What it is not for: errors that cancel each other.
    const swapped = [
      { ...first, signature: second.signature },
      { ...second, signature: first.signature },
    ];
    expect(areOwnSignaturesValid(swapped)).to.equal(true);
    expect(findInvalidSignatures(swapped)).to.deep.equal([0, 1]);
  });

  it("refuses secret keys outside 1 to r - 1 without showing them", () => {
    const outside = [new Uint8Array(32), new Uint8Array(31).fill(1), Buffer.from(ORDER, "hex"), Buffer.alloc(32, 0xff)];
    for (const bytes of outside)
      expect(() => parseSecretKey(bytes))
        .to.throw(BlsFormatError)
        .with.property("message")
        .that.does.not.match(/[0-9a-f]{20}/);
  });
});
