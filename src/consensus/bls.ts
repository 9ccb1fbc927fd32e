import { PublicKey, SecretKey, Signature } from "@chainsafe/bls/blst-native";
import blst from "@chainsafe/blst";

import { FieldError } from "../units/errors.ts";
import { toHex } from "../units/hex.ts";

/** Bytes of a compressed public key (G1). */
export const PUBLIC_KEY_LENGTH = 48;
/** Bytes of a compressed signature (G2). */
export const SIGNATURE_LENGTH = 96;
/** Bytes of a secret key, big endian. */
export const SECRET_KEY_LENGTH = 32;

/** Bytes are not a compressed BLS12-381 point that may be used, or not a secret key. */
export class BlsFormatError extends FieldError {}

/** A signature with what it is said to sign. */
export interface SignatureSet {
  /** Compressed G1 point, 48 bytes; or what `parsePublicKey` made of it. */
  readonly publicKey: Uint8Array | PublicKey;
  /** Signing root, 32 bytes. */
  readonly message: Uint8Array;
  /** Compressed G2 point, 96 bytes. */
  readonly signature: Uint8Array;
}

/** A signature set of bytes alone. */
export interface SignatureBytes extends SignatureSet {
  /** 48 bytes. */
  readonly publicKey: Uint8Array;
}

/**
 * Reads a public key as `KeyValidate` demands (draft-irtf-cfrg-bls-signature, 2.5).
 * @throws {BlsFormatError} If it has not 48 bytes, is no point of the curve, infinity, or outside the subgroup.
 */
export function parsePublicKey(bytes: Uint8Array, field = "public key"): PublicKey {
  return parsePoint(bytes, field, PUBLIC_KEY_LENGTH, () => PublicKey.fromBytes(bytes, undefined, true));
}

/** The public key itself, if it was parsed before; checking a point takes a while. */
export function toPublicKey(publicKey: Uint8Array | PublicKey): PublicKey {
  return publicKey instanceof Uint8Array ? parsePublicKey(publicKey) : publicKey;
}

/**
 * Reads a signature.
 * @throws {BlsFormatError} If it has not 96 bytes, is no point of the curve, infinity, or outside the subgroup.
 */
export function parseSignature(bytes: Uint8Array, field = "signature"): Signature {
  return parsePoint(bytes, field, SIGNATURE_LENGTH, () => Signature.fromBytes(bytes, undefined, true));
}

/**
 * Reads a secret key. The caller keeps the bytes and overwrites them after use.
 * @throws {BlsFormatError} If it has not 32 bytes, is zero, or not below the group order. The key is not shown.
 */
export function parseSecretKey(bytes: Uint8Array, field = "secret key"): SecretKey {
  try {
    if (bytes.length === SECRET_KEY_LENGTH) return SecretKey.fromBytes(bytes);
  } catch {
    // Reported below, without the value.
  }
  throw new BlsFormatError(field, `${bytes.length} bytes`, "is not a BLS secret key", "give 1 to r - 1 in 32 bytes");
}

/** Whether a signature is valid in the proof-of-possession scheme of Ethereum. Malformed points are invalid. */
export function verifySignature(set: SignatureSet): boolean {
  return findInvalidSignatures([set]).length === 0;
}

/**
 * Verifies many signatures at once, several times quicker than one by one.
 * @returns The positions of the invalid ones, ascending; malformed points are invalid. Empty when all are valid.
 */
export function findInvalidSignatures(sets: readonly SignatureSet[]): number[] {
  const invalid: number[] = [];
  const parsed: { position: number; publicKey: PublicKey; message: Uint8Array; signature: Signature }[] = [];
  sets.forEach(({ publicKey, message, signature }, position) => {
    try {
      parsed.push({ position, publicKey: toPublicKey(publicKey), message, signature: parseSignature(signature) });
    } catch (error) {
      if (!(error instanceof BlsFormatError)) throw error;
      invalid.push(position);
    }
  });
  if (parsed.length > 0 && !Signature.verifyMultipleSignatures(parsed))
    for (const { position, ...set } of parsed) if (!Signature.verifyMultipleSignatures([set])) invalid.push(position);
  return invalid.sort((a, b) => a - b);
}

/**
 * Whether signatures that this process has just made verify, for less than `findInvalidSignatures` costs: they are
 * summed without random factors. That finds the fault of a machine, but not errors that somebody chose to cancel
 * each other, so it is not for signatures of others.
 * @throws {Error} If a point is malformed.
 */
export function areOwnSignaturesValid(sets: readonly SignatureBytes[]): boolean {
  if (sets.length === 0) return true;
  const sum = blst.aggregateSerializedSignatures(
    sets.map(({ signature }) => signature),
    false,
  );
  return blst.aggregateVerify(
    sets.map(({ message }) => message),
    sets.map(({ publicKey }) => blst.PublicKey.fromBytes(publicKey)),
    sum,
    false,
    true,
  );
}

function parsePoint<T>(bytes: Uint8Array, field: string, length: number, parse: () => T): T {
  let reason = `has ${bytes.length} bytes instead of ${length}`;
  try {
    // blst would also take the uncompressed form.
    if (bytes.length === length) return parse();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    // blst says of signatures, too, that the public key is infinity.
    reason = `is not a usable BLS12-381 point (${problem.replace(/^Public key is/, "Point is")})`;
  }
  throw new BlsFormatError(field, toHex(bytes), reason, "generate the key or signature again");
}
