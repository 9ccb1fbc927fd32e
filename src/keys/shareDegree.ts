import type { PublicKey } from "@chainsafe/bls/blst-native";

import { toPublicKey } from "../consensus/bls.ts";
import { equalBytes } from "../units/hex.ts";
import { PUBLIC_KEYS, weightedSum } from "./pointSums.ts";
import { checkDistinct, mod, ORDER } from "./scalarField.ts";
import type { SharedKey } from "./thresholdPoints.ts";

/**
 * Finds the keys that fewer than `threshold` shares recover, because the polynomial has too low a degree: whoever split
 * such a key has given it to fewer operators than SSV assumes.
 *
 * After Newton, the coefficient of degree `threshold - 1` is the sum of the key at 0 and any `threshold - 1` shares, each
 * divided by the product of the differences of its point and the others; it must not be zero. Whether it is zero does
 * not change if all are multiplied by a common multiple of these products. Then the weights are whole numbers, short
 * ones for as many operators as most clusters have, and those below zero belong to the other side of an equation.
 * @param keys Whose shares `findInconsistentShares` finds consistent, so that it does not matter which are taken.
 * @returns Positions, ascending.
 * @throws {InterpolationError} If operator ids of a key repeat or are zero.
 * @throws {BlsFormatError} If a point is unusable.
 */
export function findLowDegrees(keys: readonly SharedKey[]): number[] {
  const committees = new Map<string, readonly bigint[]>();
  return keys.flatMap(({ publicKey, shares, threshold }, position) => {
    const taken = shares.slice(0, threshold - 1);
    const operatorIds = taken.map(({ operatorId }) => operatorId);
    const name = operatorIds.join();
    const weights = committees.get(name) ?? leadingWeights(operatorIds);
    committees.set(name, weights);
    const points = [publicKey, ...taken.map((share) => share.publicKey)].map(toPublicKey);
    const side = (sign: bigint): PublicKey => {
      const signed = weights.map((weight) => weight * sign);
      return weightedSum(
        PUBLIC_KEYS,
        points.filter((_, i) => (signed[i] ?? 0n) > 0n),
        signed.filter((weight) => weight > 0n),
      );
    };
    return equalBytes(side(1n).toBytes(), side(-1n).toBytes()) ? [position] : [];
  });
}

/** For 0 and each id: a common multiple of all products of differences, divided by its own. */
function leadingWeights(operatorIds: readonly bigint[]): bigint[] {
  if (operatorIds.length > 0) checkDistinct(operatorIds);
  const xs = [0n, ...operatorIds];
  const products = xs.map((x) => xs.reduce((product, other) => (x === other ? product : product * (x - other)), 1n));
  const multiple = products.reduce(leastCommonMultiple);
  // Ids have 64 bits, so that the order, a prime, divides no product.
  const weights = products.map((product) => multiple / product);
  return weights.some((weight) => weight >= ORDER || -weight >= ORDER) ? weights.map(mod) : weights;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}
