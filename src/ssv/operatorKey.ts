import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

import { AbiCoder } from "ethers/abi";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";

/** An operator key is not an RSA-2048 key in SSV's encoding. A private key is never shown. */
export class OperatorKeyError extends FieldError {}

/** An operator's RSA key pair in the encodings SSV uses. */
export interface OperatorKeyPair {
  /** As registered at SSV and listed in keyshares files, see `parseOperatorPublicKey`. */
  readonly publicKey: string;
  /** PEM, PKCS #8, unencrypted. For local chains; a real operator's node keeps its own. */
  readonly privateKey: string;
}

const MODULUS_BITS = 2048;
const SSV_LABEL = /(BEGIN|END) RSA PUBLIC KEY/g;
const SPKI_LABEL = /(BEGIN|END) PUBLIC KEY/g;
const PRIVATE_REMEDY = "give the PEM of the operator's RSA key, without a password";
const REMEDY = "copy the operator's public key from SSV: base64 of a PEM";

/**
 * Reads the public key of an operator: base64 of a PEM labelled `RSA PUBLIC KEY` whose body is, against that label,
 * a SubjectPublicKeyInfo. Parse once per operator: encryption with the result is many times quicker.
 * @throws {OperatorKeyError} If it is not that, or not RSA with 2048 bits.
 */
export function parseOperatorPublicKey(encoded: string, field = "operator public key"): KeyObject {
  const pem = Buffer.from(encoded, "base64").toString("latin1");
  if (!pem.includes("BEGIN RSA PUBLIC KEY")) throw new OperatorKeyError(field, encoded, "holds no PEM", REMEDY);
  return checked(field, encoded, () => createPublicKey(pem.replace(SSV_LABEL, "$1 PUBLIC KEY")));
}

/**
 * Writes a public key in SSV's encoding.
 * @throws {OperatorKeyError} If it is not RSA with 2048 bits.
 */
export function formatOperatorPublicKey(key: KeyObject): string {
  const { type } = checked("operator public key", key.asymmetricKeyType ?? key.type, () => key);
  const publicKey = type === "public" ? key : createPublicKey(key);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return Buffer.from(pem.replace(SPKI_LABEL, "$1 RSA PUBLIC KEY"), "latin1").toString("base64");
}

/**
 * SHA-256 of a public key's SubjectPublicKeyInfo, in hexadecimal: the same for the same key, however its text is broken
 * into lines.
 * @throws {OperatorKeyError} As `parseOperatorPublicKey` does.
 */
export function operatorKeyFingerprint(encoded: string, field?: string): string {
  const der = parseOperatorPublicKey(encoded, field).export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex");
}

/** `registerOperator` and the `OperatorAdded` event carry the public key as `abi.encode(string)`. */
export function encodeOperatorPublicKey(encoded: string): Hex {
  return AbiCoder.defaultAbiCoder().encode(["string"], [encoded]) as Hex;
}

/**
 * Takes the public key out of an `OperatorAdded` event.
 * @throws {OperatorKeyError} If the bytes are no ABI-encoded string.
 */
export function decodeOperatorPublicKey(data: Hex): string {
  try {
    return String(AbiCoder.defaultAbiCoder().decode(["string"], data)[0]);
  } catch {
    throw new OperatorKeyError("operator public key", data, "is no ABI-encoded string", "leave this operator out");
  }
}

/**
 * Reads an operator's private key from PEM.
 * @throws {OperatorKeyError} If it is not an unencrypted RSA key with 2048 bits.
 */
export function parseOperatorPrivateKey(pem: string, field = "operator private key"): KeyObject {
  return checked(field, `${pem.length} characters`, () => createPrivateKey(pem), PRIVATE_REMEDY);
}

/** Generates an operator key pair, for local chains and tests; finding its primes takes a while. */
export function generateOperatorKey(): OperatorKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: MODULUS_BITS });
  return {
    publicKey: formatOperatorPublicKey(publicKey),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function checked(field: string, value: string, parse: () => KeyObject, remedy = REMEDY): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch {
    throw new OperatorKeyError(field, value, "holds no readable key", remedy);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (key.asymmetricKeyType !== "rsa" || bits !== MODULUS_BITS)
    throw new OperatorKeyError(field, value, `is not RSA with ${MODULUS_BITS} bits`, remedy);
  return key;
}
