import { constants, privateDecrypt, publicEncrypt, type KeyObject } from "node:crypto";

import { parseSecretKey } from "../consensus/bls.ts";
import { FieldError } from "../units/errors.ts";
import { fromHex } from "../units/hex.ts";

/** Bytes of one encrypted share (RSA-2048). */
export const ENCRYPTED_SHARE_LENGTH = 256;

/** An encrypted share cannot be decrypted to a secret key with this operator's key. */
export class ShareDecryptionError extends FieldError {}

const padding = constants.RSA_PKCS1_PADDING;

/**
 * Encrypts a share for an operator as SSV nodes expect it: the 66 characters `0x…` of the secret key under
 * PKCS #1 v1.5.
 * @param share 32 bytes.
 * @param key From `parseOperatorPublicKey`.
 * @returns 256 bytes.
 */
export function encryptShare(share: Uint8Array, key: KeyObject): Uint8Array {
  const plaintext = Buffer.alloc(66);
  plaintext.write("0x", "latin1");
  plaintext.write(Buffer.from(share.buffer, share.byteOffset, share.byteLength).toString("hex"), 2, "latin1");
  // Node tells the forms of a key apart by errors that it drops, and nobody reads their stacks, which take long to make.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return publicEncrypt({ key, padding }, plaintext);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    plaintext.fill(0);
  }
}

/**
 * Decrypts an operator's share.
 * @param encrypted 256 bytes.
 * @param key From `parseOperatorPrivateKey`.
 * @param field How messages name the encrypted share.
 * @returns 32 bytes, a BLS secret key; overwrite them after use.
 * @throws {ShareDecryptionError} If the share is for another operator or damaged. OpenSSL answers a wrong padding
 *   with random bytes, so all failures look alike.
 */
export function decryptShare(encrypted: Uint8Array, key: KeyObject, field = "encrypted share"): Uint8Array {
  let plaintext: Buffer | undefined;
  try {
    plaintext = privateDecrypt({ key, padding }, encrypted);
    const share = fromHex(plaintext.toString("latin1"), "share", 32);
    parseSecretKey(share);
    return share;
  } catch {
    throw new ShareDecryptionError(
      field,
      `${encrypted.length} bytes`,
      "does not decrypt to a secret key",
      "check that it is this operator's share, and generate the key shares again",
    );
  } finally {
    plaintext?.fill(0);
  }
}
