import { PointFormat } from "@chainsafe/bls/types";
import { pippenger } from "@noble/curves/abstract/curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";

import { BlsFormatError, parsePublicKey, parseSignature } from "../consensus/bls.ts";
import { evaluate, inverse, lagrangeAtZero, mod, randomScalar } from "./scalarField.ts";

const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;

/** One operator's public key share. */
export interface PublicShare {
  readonly operatorId: bigint;
  /** Compressed G1 point, 48 bytes. */
  readonly publicKey: Uint8Array;
}

/** One operator's signature share. */
export interface SignatureShare {
  readonly operatorId: bigint;
  /** Compressed G2 point, 96 bytes. */
  readonly signature: Uint8Array;
}

/** A public key and what are said to be the public shares of its secret. */
export interface SharedKey {
  /** Compressed G1 point, 48 bytes. */
  readonly publicKey: Uint8Array;
  readonly shares: readonly PublicShare[];
  /** How many shares recover the secret. */
  readonly threshold: number;
}

/**
 * Recovers the validator's public key from at least `threshold` public shares; fewer give another key.
 * @returns 48 bytes.
 * @throws {BlsFormatError} If a share is no usable point.
 * @throws {InterpolationError} If there are none or two are of the same operator.
 */
export function recoverPublicKey(shares: readonly PublicShare[]): Uint8Array {
  const weights = lagrangeAtZero(shares.map(({ operatorId }) => operatorId));
  return sumG1(
    shares.map(({ publicKey }) => g1(publicKey)),
    weights,
  ).toBytes();
}

/**
 * Recovers the validator's signature from at least `threshold` signatures of the same message by the shares.
 * @returns 96 bytes.
 * @throws {BlsFormatError} If a signature is no usable point.
 * @throws {InterpolationError} If there are none or two are of the same operator.
 */
export function recoverSignature(shares: readonly SignatureShare[]): Uint8Array {
  const weights = lagrangeAtZero(shares.map(({ operatorId }) => operatorId));
  const points = shares.map(({ signature }) => {
    parseSignature(signature);
    return G2.fromBytes(signature);
  });
  return pippenger(G2, points, weights).toBytes();
}

/**
 * Finds the keys whose public shares do not all lie on one polynomial of degree `threshold - 1` with the key at 0,
 * that is for which some `threshold` shares would recover another key.
 *
 * A vector of values lies on such a polynomial exactly when it is orthogonal to the dual code, whose words are
 * `g(x_i) / prod(x_i - x_j)` for polynomials g of degree below `n + 1 - threshold`. One random g per key decides
 * with an error of 1/r, and all keys share one multi-scalar multiplication.
 * @returns Positions, ascending; empty when all are consistent. A share that is no usable point counts as wrong.
 * @throws {InterpolationError} If operator ids of a key repeat or are zero.
 */
export function findInconsistentShares(keys: readonly SharedKey[]): number[] {
  const invalid: number[] = [];
  const checks: { position: number; points: G1Point[]; weights: bigint[] }[] = [];
  keys.forEach((key, position) => {
    const weights = randomDualWord(key);
    try {
      checks.push({ position, points: [key, ...key.shares].map(({ publicKey }) => g1(publicKey)), weights });
    } catch (error) {
      if (!(error instanceof BlsFormatError)) throw error;
      invalid.push(position);
    }
  });
  const points = checks.flatMap((check) => check.points);
  if (
    points.length > 0 &&
    !sumG1(
      points,
      checks.flatMap(({ weights }) => weights),
    ).is0()
  )
    for (const { position, points, weights } of checks) if (!sumG1(points, weights).is0()) invalid.push(position);
  return invalid.sort((a, b) => a - b);
}

type G1Point = ReturnType<typeof G1.fromAffine>;

function randomDualWord({ shares, threshold }: SharedKey): bigint[] {
  const xs = [0n, ...shares.map(({ operatorId }) => operatorId)];
  lagrangeAtZero(xs.slice(1));
  const coefficients = Array.from({ length: Math.max(0, xs.length - threshold) }, randomScalar);
  return xs.map((x, i) => {
    const product = xs.reduce((total, other, j) => (i === j ? total : mod(total * (x - other))), 1n);
    return mod(evaluate(coefficients, x) * inverse(product));
  });
}

/** blst checks the point, ten times quicker; its uncompressed form then needs no square root. */
function g1(bytes: Uint8Array): G1Point {
  const uncompressed = parsePublicKey(bytes).toBytes(PointFormat.uncompressed);
  return G1.fromAffine({ x: coordinate(uncompressed, 0), y: coordinate(uncompressed, 48) });
}

function coordinate(bytes: Uint8Array, start: number): bigint {
  return BigInt(`0x${Buffer.from(bytes.subarray(start, start + 48)).toString("hex")}`);
}

function sumG1(points: G1Point[], weights: bigint[]): G1Point {
  return pippenger(G1, points, weights);
}
