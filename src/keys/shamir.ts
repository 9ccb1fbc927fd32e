import { parseSecretKey } from "../consensus/bls.ts";
import { FieldError } from "../units/errors.ts";
import {
  checkDistinct,
  evaluate,
  lagrangeAtZero,
  mod,
  ORDER,
  randomScalar,
  toScalar,
  toScalarBytes,
} from "./scalarField.ts";

/** One operator's part of a secret key. */
export interface SecretShare {
  /** Where the polynomial was evaluated: the operator's id at SSV. */
  readonly operatorId: bigint;
  /** The share, 32 bytes big endian, itself a BLS secret key. Overwrite it after use: `fill(0)`. */
  readonly secret: Uint8Array;
}

/** A threshold that does not fit the operators. */
export class ThresholdError extends FieldError {}

/**
 * Splits a BLS secret key after Shamir over the scalar field: a random polynomial with the key as constant term and
 * `threshold` coefficients, evaluated at each operator id (SSV's scheme; the ids are part of the shares).
 * The numbers JavaScript computes with cannot be overwritten; the shares returned can, and are the caller's to clear.
 * @param secret 32 bytes, left untouched.
 * @param operatorIds Distinct and above zero.
 * @param threshold How many shares recover the key.
 * @returns One share per operator, in the order given.
 * @throws {BlsFormatError} If the secret is not a BLS secret key.
 * @throws {ThresholdError} If the threshold is below 1 or exceeds the operators.
 * @throws {InterpolationError} If ids repeat or are zero.
 */
export function splitSecret(secret: Uint8Array, operatorIds: readonly bigint[], threshold: number): SecretShare[] {
  parseSecretKey(secret);
  checkThreshold(threshold, operatorIds.length);
  checkDistinct(operatorIds);
  for (;;) {
    const coefficients = [toScalar(secret), ...Array.from({ length: threshold - 1 }, randomScalar)];
    const values = operatorIds.map((id) => evaluate(coefficients, mod(id)));
    coefficients.fill(0n);
    // A share of zero is no secret key; it has a chance of 2^-255.
    if (values.every((value) => value !== 0n))
      return operatorIds.map((operatorId, i) => ({ operatorId, secret: toScalarBytes(values[i] ?? 0n) }));
  }
}

/**
 * Recovers the secret key from at least `threshold` shares. Fewer give another key without an error, as Shamir's
 * scheme cannot tell: compare the public key.
 * @returns 32 bytes; overwrite them after use.
 * @throws {InterpolationError} If there are no shares or two are of the same operator.
 * @throws {BlsFormatError} If the shares add up to zero.
 */
export function recoverSecret(shares: readonly SecretShare[]): Uint8Array {
  const weights = lagrangeAtZero(shares.map(({ operatorId }) => operatorId));
  const sum = shares.reduce((total, { secret }, i) => total + toScalar(secret) * (weights[i] ?? 0n), 0n);
  const recovered = toScalarBytes(sum % ORDER);
  parseSecretKey(recovered, "recovered secret key");
  return recovered;
}

/**
 * Checks that so many of the operators can be asked for.
 * @throws {ThresholdError} If the threshold is below 1 or exceeds the operators.
 */
export function checkThreshold(threshold: number, operators: number): void {
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > operators)
    throw new ThresholdError(
      "threshold",
      String(threshold),
      `does not fit ${operators} operators`,
      "use 2f + 1 of 3f + 1 operators",
    );
}
