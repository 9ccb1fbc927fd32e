import { Signature } from "@chainsafe/bls/blst-native";

import { SIGNATURES, weightedSum } from "../../src/keys/pointSums.ts";
import { recoverSignature, type SignatureShare } from "../../src/keys/thresholdPoints.ts";

/** Of a compressed point: which of its two y coordinates it has, the one of its negative being the other. */
const SIGN_FLAG = 0x20;

/**
 * Lagrange coefficients at 0 where all of them are whole numbers, as for operators 1, 2 and 3: 3, -3 and 1. Points times
 * these cost a few additions, and times the 255 bits that stand for a fraction modulo r some hundreds.
 * @returns Undefined where one is a fraction.
 */
export function integerWeights(ids: readonly bigint[]): bigint[] | undefined {
  const weights: bigint[] = [];
  for (const x of ids) {
    const others = ids.filter((other) => other !== x);
    const numerator = others.reduce((product, other) => product * other, 1n);
    const denominator = others.reduce((product, other) => product * (other - x), 1n);
    if (numerator % denominator !== 0n) return undefined;
    weights.push(numerator / denominator);
  }
  return weights;
}

/**
 * The validator's signature from partial ones of a threshold of operators, all distinct. Whether it is one only its
 * verification tells, as the parts are not checked.
 * @returns 96 bytes.
 * @throws {BlsFormatError | Error} If a part is no point.
 */
export function combine(shares: readonly SignatureShare[]): Uint8Array {
  const weights = integerWeights(shares.map(({ operatorId }) => operatorId));
  if (weights === undefined) return recoverSignature(shares);
  const points = shares.map(({ signature }, i) => {
    const bytes = Uint8Array.from(signature);
    if ((weights[i] ?? 0n) < 0n) bytes[0] = (bytes[0] ?? 0) ^ SIGN_FLAG;
    return Signature.fromBytes(bytes, undefined, false);
  });
  const sizes = weights.map((weight) => (weight < 0n ? -weight : weight));
  return weightedSum(SIGNATURES, points, sizes).toBytes();
}
