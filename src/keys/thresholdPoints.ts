import type { PublicKey } from "@chainsafe/bls/blst-native";

import { BlsFormatError, parseSignature, toPublicKey } from "../consensus/bls.ts";
import { equalBytes } from "../units/hex.ts";
import { PUBLIC_KEYS, randomFold, SIGNATURES, weightedSum } from "./pointSums.ts";
import { checkDistinct, evaluate, inverse, lagrangeAtZero, mod, randomScalar } from "./scalarField.ts";
import { checkThreshold } from "./shamir.ts";

/** One operator's public key share. */
export interface PublicShare {
  readonly operatorId: bigint;
  /** Compressed G1 point, 48 bytes; or what `parsePublicKey` made of it. */
  readonly publicKey: Uint8Array | PublicKey;
}

/** One operator's signature share. */
export interface SignatureShare {
  readonly operatorId: bigint;
  /** Compressed G2 point, 96 bytes. */
  readonly signature: Uint8Array;
}

/** A public key and what are said to be the public shares of its secret. */
export interface SharedKey {
  /** Compressed G1 point, 48 bytes; or what `parsePublicKey` made of it. */
  readonly publicKey: Uint8Array | PublicKey;
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
  const points = shares.map(({ publicKey }) => toPublicKey(publicKey));
  return weightedSum(PUBLIC_KEYS, points, weights).toBytes();
}

/**
 * Recovers the validator's signature from at least `threshold` signatures of the same message by the shares.
 * @returns 96 bytes.
 * @throws {BlsFormatError} If a signature is no usable point.
 * @throws {InterpolationError} If there are none or two are of the same operator.
 */
export function recoverSignature(shares: readonly SignatureShare[]): Uint8Array {
  const weights = lagrangeAtZero(shares.map(({ operatorId }) => operatorId));
  const points = shares.map(({ signature }) => parseSignature(signature));
  return weightedSum(SIGNATURES, points, weights).toBytes();
}

/**
 * Finds the keys whose public shares do not all lie on one polynomial of degree `threshold - 1` with the key at 0,
 * that is for which some `threshold` shares would recover another key. Whether fewer recover it, `findLowDegrees` tells.
 *
 * A vector of values lies on such a polynomial exactly when it is orthogonal to the dual code, whose words are
 * `g(x_i) / prod(x_i - x_j)` for polynomials g of degree below `n + 1 - threshold`. One random g decides with an error
 * of 1/r. Keys with the same operators and threshold are folded with random factors from the system first, so that one
 * decision is enough for all of them: that a call overlooks a wrong key has a chance below 2^-64, whoever made the
 * shares. Only when it finds something wrong are the keys looked at one by one.
 * @returns Positions, ascending; empty when all are consistent. A share that is no usable point counts as wrong.
 * @throws {InterpolationError} If operator ids of a key repeat or are zero.
 * @throws {ThresholdError} If a threshold is below 1, or above the shares, which nothing could be wrong with then.
 */
export function findInconsistentShares(keys: readonly SharedKey[]): number[] {
  const invalid: number[] = [];
  const committees = new Map<string, Committee>();
  keys.forEach(({ publicKey, shares, threshold }, position) => {
    const operatorIds = shares.map(({ operatorId }) => operatorId);
    const name = `${threshold} of ${operatorIds.join()}`;
    const committee = committees.get(name) ?? committeeOf(operatorIds, threshold);
    committees.set(name, committee);
    try {
      const points = [publicKey, ...shares.map((share) => share.publicKey)];
      committee.keys.push({ position, points: points.map(toPublicKey) });
    } catch (error) {
      if (!(error instanceof BlsFormatError)) throw error;
      invalid.push(position);
    }
  });
  for (const committee of committees.values()) invalid.push(...findInconsistentKeys(committee));
  return invalid.sort((a, b) => a - b);
}

/** Keys that are shared alike. */
interface Committee {
  readonly operatorIds: readonly bigint[];
  readonly threshold: number;
  /** Their positions among all keys, and their points: the key, then its shares. */
  readonly keys: { readonly position: number; readonly points: readonly PublicKey[] }[];
}

function committeeOf(operatorIds: readonly bigint[], threshold: number): Committee {
  checkDistinct(operatorIds);
  checkThreshold(threshold, operatorIds.length);
  return { operatorIds, threshold, keys: [] };
}

function findInconsistentKeys({ operatorIds, threshold, keys }: Committee): number[] {
  if (keys.length === 0) return [];
  const isConsistent = (points: readonly PublicKey[]): boolean =>
    isZero(weightedSum(PUBLIC_KEYS, points, randomDualWord(operatorIds, threshold)));
  const rows = keys.map(({ points }) => points);
  if (rows.length > 1 && isConsistent(randomFold(PUBLIC_KEYS, rows))) return [];
  return keys.flatMap(({ position, points }) => (isConsistent(points) ? [] : [position]));
}

function randomDualWord(operatorIds: readonly bigint[], threshold: number): bigint[] {
  const xs = [0n, ...operatorIds];
  const coefficients = Array.from({ length: Math.max(0, xs.length - threshold) }, randomScalar);
  return xs.map((x, i) => {
    const product = xs.reduce((total, other, j) => (i === j ? total : mod(total * (x - other))), 1n);
    return mod(evaluate(coefficients, x) * inverse(product));
  });
}

function isZero(point: PublicKey): boolean {
  return equalBytes(point.toBytes(), PUBLIC_KEYS.zero.toBytes());
}
