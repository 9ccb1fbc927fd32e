import { randomBytes } from "node:crypto";

import { FieldError } from "../units/errors.ts";

/** Order r of the BLS12-381 subgroups: secret keys are numbers below it. */
export const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** Points of an interpolation that have no unique polynomial. */
export class InterpolationError extends FieldError {}

/** The representative of a number between 0 and r - 1. */
export function mod(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/**
 * The multiplicative inverse modulo r, by the extended Euclidean algorithm. Not constant in time: only for public
 * numbers such as operator ids.
 * @throws {InterpolationError} If the number is a multiple of r.
 */
export function inverse(value: bigint): bigint {
  let [a, b, x, y] = [mod(value), ORDER, 1n, 0n];
  if (a === 0n) throw new InterpolationError("number", value.toString(), "has no inverse", "use distinct operator ids");
  while (a !== 1n) {
    const quotient = b / a;
    [b, a, y, x] = [a, b - quotient * a, x, y - quotient * x];
  }
  return mod(x);
}

/** A uniformly random number between 0 and r - 1: 64 random bytes reduced, so the bias is below 2^-250. */
export function randomScalar(): bigint {
  const bytes = randomBytes(64);
  const scalar = mod(toScalar(bytes));
  bytes.fill(0);
  return scalar;
}

/** Reads big-endian bytes as a number, not reduced. */
export function toScalar(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`);
}

/** Writes a number below 2^256 as 32 big-endian bytes. */
export function toScalarBytes(scalar: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < 4; word++)
    view.setBigUint64(8 * word, BigInt.asUintN(64, scalar >> BigInt(64 * (3 - word))));
  return bytes;
}

/** The polynomial with these coefficients, lowest first, at `x`, modulo r. */
export function evaluate(coefficients: readonly bigint[], x: bigint): bigint {
  return coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % ORDER, 0n);
}

/**
 * Lagrange coefficients: the weights with which the values of a polynomial at `xs` add up to its value at 0.
 * @param xs Distinct and not zero modulo r; as many as the polynomial has coefficients.
 * @throws {InterpolationError} If there are none, one is zero or two are the same.
 */
export function lagrangeAtZero(xs: readonly bigint[]): readonly bigint[] {
  const name = xs.join();
  if (name !== lastWeights.name) lastWeights = { name, weights: weightsAtZero(xs) };
  return lastWeights.weights;
}

/** Thousands of keys are split for the same operators. */
let lastWeights: { readonly name: string; readonly weights: readonly bigint[] } = { name: "none", weights: [] };

function weightsAtZero(xs: readonly bigint[]): bigint[] {
  checkDistinct(xs);
  return xs.map((x, i) => {
    let [numerator, denominator] = [1n, 1n];
    xs.forEach((other, j) => {
      if (i === j) return;
      numerator = mod(numerator * other);
      denominator = mod(denominator * (other - x));
    });
    return mod(numerator * inverse(denominator));
  });
}

/**
 * Checks that numbers can be the points of an interpolation.
 * @throws {InterpolationError} If there are none, one is zero modulo r or two are the same.
 */
export function checkDistinct(xs: readonly bigint[]): void {
  const show = xs.join(", ");
  const remedy = "give the shares of distinct operators with ids above zero";
  if (xs.length === 0) throw new InterpolationError("operator ids", "none", "are missing", remedy);
  if (xs.some((x) => mod(x) === 0n)) throw new InterpolationError("operator ids", show, "contain zero", remedy);
  if (new Set(xs).size !== xs.length) throw new InterpolationError("operator ids", show, "repeat one", remedy);
}
