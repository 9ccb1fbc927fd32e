import { bls12_381 } from "@noble/curves/bls12-381.js";
import { PublicKey } from "@chainsafe/bls/blst-native";
import { expect } from "chai";
import fc from "fast-check";

import { areOwnSignaturesValid, findInvalidSignatures, parseSecretKey } from "../../../src/consensus/bls.ts";
import { PUBLIC_KEYS, randomFold, weightedSum } from "../../../src/keys/pointSums.ts";
import { publicKeyOf } from "../../../src/keys/publicKeys.ts";
import { findLowDegrees } from "../../../src/keys/shareDegree.ts";
import { evaluate, mod, ORDER, randomScalar, toScalarBytes } from "../../../src/keys/scalarField.ts";
import { findInconsistentShares, recoverPublicKey, type SharedKey } from "../../../src/keys/thresholdPoints.ts";
import { toHex } from "../../../src/units/hex.ts";

const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const MAX_ID = 2n ** 64n - 1n;
const EDGES = [0n, 1n, 2n, 15n, 16n, 255n, 256n, 2n ** 128n, 2n ** 254n, ORDER - 2n, ORDER - 1n];
const scalar = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt(0n, ORDER - 1n));
const operatorId = fc.oneof(fc.constantFrom(1n, 2n, MAX_ID - 1n, MAX_ID), fc.bigInt(1n, MAX_ID));

/** The generator times a number, by a library of others; the identity for zero. */
const expected = (factor: bigint): string =>
  toHex(factor === 0n ? G1.ZERO.toBytes() : G1.BASE.multiply(mod(factor)).toBytes());
const pointOf = (factor: bigint): PublicKey =>
  PublicKey.fromBytes(publicKeyOf(toScalarBytes(factor)), undefined, false);

describe("points of public keys, beside another library", () => {
  it("are those of their secrets, zero included", () => {
    fc.assert(
      fc.property(scalar, (secret) => {
        expect(toHex(publicKeyOf(toScalarBytes(secret)))).to.equal(expected(secret));
      }),
      { numRuns: 100 },
    );
  });

  it("add up with any weights, also identities, equal points and opposite ones", () => {
    const term = fc.tuple(scalar, scalar);
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
        const twice = [...terms, ...terms.map(([point, weight]) => [ORDER - point, weight % 2n] as const)];
        const points = twice.map(([point]) => pointOf(point % ORDER));
        const weights = twice.map(([, weight]) => weight);
        const sum = twice.reduce((total, [point, weight]) => mod(total + point * weight), 0n);
        expect(toHex(weightedSum(PUBLIC_KEYS, points, weights).toBytes())).to.equal(expected(sum));
      }),
      { numRuns: 60 },
    );
  });

  it("recover the key of any polynomial at any operator ids of 64 bits", () => {
    const ids = fc.uniqueArray(operatorId, { minLength: 3, maxLength: 13 });
    fc.assert(
      fc.property(ids, scalar, (operatorIds, secret) => {
        const coefficients = [secret, ...operatorIds.slice(1).map(randomScalar)];
        const shares = operatorIds.map((id) => ({
          operatorId: id,
          publicKey: publicKeyOf(toScalarBytes(evaluate(coefficients, id))),
        }));
        expect(toHex(recoverPublicKey(shares))).to.equal(expected(secret));
      }),
      { numRuns: 40 },
    );
  });

  it("fold by the same factor in all columns, and by another one in each row", () => {
    const rows = [1n, 2n, 3n, 4n].map((row) => [row, 5n * row, 0n].map(pointOf));
    for (let i = 0; i < 20; i++) {
      const [one, five, zero] = randomFold(PUBLIC_KEYS, rows).map((point) => G1.fromBytes(point.toBytes()));
      expect(one?.multiply(5n).equals(five ?? G1.ZERO)).to.equal(true);
      expect(zero?.equals(G1.ZERO)).to.equal(true);
    }
    const opposite = [[pointOf(1n)], [pointOf(ORDER - 1n)]];
    const sums = Array.from({ length: 20 }, () =>
      toHex(randomFold(PUBLIC_KEYS, opposite)[0]?.toBytes() ?? new Uint8Array()),
    );
    expect(new Set(sums).size).to.equal(20);
    expect(sums).not.to.include(expected(0n));
  });
});

describe("findInconsistentShares, against whoever chooses all shares", () => {
  /** A key whose shares are the values of a random polynomial, each with its error added. */
  function keyWith(operatorIds: readonly bigint[], threshold: number, errors: readonly bigint[]): SharedKey {
    const coefficients = Array.from({ length: threshold }, randomScalar);
    return {
      publicKey: publicKeyOf(toScalarBytes(coefficients[0] ?? 0n)),
      threshold,
      shares: operatorIds.map((id, i) => ({
        operatorId: id,
        publicKey: publicKeyOf(toScalarBytes(mod(evaluate(coefficients, id) + (errors[i] ?? 0n)))),
      })),
    };
  }

  it("finds exactly the wrong keys, however their errors are related", () => {
    const ids = fc.uniqueArray(operatorId, { minLength: 4, maxLength: 4 });
    const error = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(0n, 1n, -1n, 2n, -2n, 16n, -16n, 2n ** 72n));
    fc.assert(
      fc.property(ids, fc.array(error, { minLength: 1, maxLength: 8 }), (operatorIds, errors) => {
        const keys = errors.map(([at, by]) =>
          keyWith(
            operatorIds,
            3,
            operatorIds.map((_, i) => (i === at ? by : 0n)),
          ),
        );
        const wrong = errors.flatMap(([, by], i) => (by === 0n ? [] : [i]));
        expect(findInconsistentShares(keys)).to.deep.equal(wrong);
      }),
      { numRuns: 30 },
    );
  });

  it("finds a wrong key as often as it is there, and one whose share or key is the identity", () => {
    const wrong = keyWith([1n, 2n, 3n, 4n], 3, [0n, 7n]);
    const good = keyWith([1n, 2n, 3n, 4n], 3, []);
    expect(findInconsistentShares([wrong, good, wrong, good, wrong])).to.deep.equal([0, 2, 4]);

    const identity = G1.ZERO.toBytes();
    const nothing = good.shares.map((share) => ({ ...share, publicKey: identity }));
    const ofZero = { ...good, publicKey: identity, shares: nothing };
    expect(findInconsistentShares([good, ofZero, { ...good, shares: nothing }])).to.deep.equal([1, 2]);
  });
});

describe("findLowDegrees", () => {
  it("finds exactly the keys whose leading coefficient is zero, for any operator ids of 64 bits", () => {
    const ids = fc.constantFrom(4, 7, 13).chain((size) => {
      const id = fc.oneof(fc.bigInt(1n, 2_000n), operatorId);
      return fc.uniqueArray(id, { minLength: size, maxLength: size });
    });
    const leading = fc.constantFrom(0n, 1n, ORDER - 1n, 12_345n);
    fc.assert(
      fc.property(ids, fc.array(leading, { minLength: 1, maxLength: 5 }), (operatorIds, leadings) => {
        const threshold = operatorIds.length - (operatorIds.length - 1) / 3;
        const keys = leadings.map((last): SharedKey => {
          const coefficients = [...Array.from({ length: threshold - 1 }, randomScalar), last];
          return {
            publicKey: publicKeyOf(toScalarBytes(coefficients[0] ?? 0n)),
            threshold,
            shares: operatorIds.map((id) => ({
              operatorId: id,
              publicKey: publicKeyOf(toScalarBytes(evaluate(coefficients, id))),
            })),
          };
        });
        expect(findInconsistentShares(keys)).to.deep.equal([]);
        expect(findLowDegrees(keys)).to.deep.equal(leadings.flatMap((last, i) => (last === 0n ? [i] : [])));
      }),
      { numRuns: 40 },
    );
  });

  it("takes every share for the whole key, where one is enough", () => {
    const publicKey = publicKeyOf(toScalarBytes(5n));
    const shares = [1n, 2n, 3n, 4n].map((id) => ({ operatorId: id, publicKey }));
    expect(findLowDegrees([{ publicKey, shares, threshold: 1 }])).to.deep.equal([]);
    expect(findLowDegrees([{ publicKey, shares, threshold: 2 }])).to.deep.equal([0]);
    expect(findLowDegrees([])).to.deep.equal([]);
  });
});

describe("findInvalidSignatures, against whoever chooses all signatures", () => {
  const message = (i: number): Uint8Array => new Uint8Array(32).fill(i);
  const secretKeys = [3n, 5n, 7n].map((secret) => parseSecretKey(toScalarBytes(secret)));
  const honest = secretKeys.map((secretKey, i) => ({
    publicKey: secretKey.toPublicKey().toBytes(),
    message: message(i),
    signature: secretKey.sign(message(i)).toBytes(),
  }));
  /** A point added to each signature, by its factor. */
  const shifted = (factors: readonly bigint[]) =>
    honest.map((set, i) => {
      const by = factors[i] ?? 0n;
      const point = G2.fromBytes(set.signature);
      const moved = by === 0n ? point : point.add(G2.BASE.multiply(mod(by)));
      return { ...set, signature: moved.toBytes() };
    });

  it("finds errors that cancel each other, which a plain sum of one's own signatures does not look for", () => {
    expect(findInvalidSignatures(shifted([]))).to.deep.equal([]);
    for (const factors of [
      [1n, -1n],
      [2n, -1n, -1n],
      [ORDER - 5n, 2n, 3n],
    ]) {
      const wrong = factors.map((_, i) => i);
      expect(findInvalidSignatures(shifted(factors))).to.deep.equal(wrong);
      expect(areOwnSignaturesValid(shifted(factors))).to.equal(true);
    }
    expect(areOwnSignaturesValid(shifted([1n]))).to.equal(false);
  });

  it("finds an invalid signature as often as it is there, and the identity as key or signature", () => {
    const [a, b, c] = shifted([0n, 4n]);
    if (a === undefined || b === undefined || c === undefined) throw new Error("three signatures were made");
    expect(findInvalidSignatures([b, a, b, c, b, a])).to.deep.equal([0, 2, 4]);
    const nothing = { publicKey: G1.ZERO.toBytes(), message: message(9), signature: G2.ZERO.toBytes() };
    expect(findInvalidSignatures([a, nothing, c])).to.deep.equal([1]);
    expect(findInvalidSignatures([a, { ...a, signature: nothing.signature }, c])).to.deep.equal([1]);
  });
});
