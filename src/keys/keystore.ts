import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";

import { parseSecretKey, SECRET_KEY_LENGTH } from "../consensus/bls.ts";
import { FieldError } from "../units/errors.ts";
import { fromHex, toBareHex, toHex } from "../units/hex.ts";
import { CIPHER, formatKeystoreFile, KEYSTORE_FILE, KeystoreError, parseKeystoreFile } from "./keystoreFile.ts";
import { deriveKey, encodePassword, standardKdf, type KdfName } from "./keystoreKdf.ts";

/** The password is not the one the keystore was encrypted with. */
export class KeystorePasswordError extends FieldError {}

/** How to write a keystore. */
export interface KeystoreOptions {
  /** Derivation path (EIP-2334), for example `m/12381/3600/0/0/0`; empty when the key was not derived. */
  readonly path: string;
  /** scrypt costs an attacker memory too; pbkdf2 is for machines that lack 256 MiB. */
  readonly kdf: KdfName;
  /** A note for people. */
  readonly description?: string;
  /** For reproducible tests only: a salt or iv must never be used twice. */
  readonly randomness?: KeystoreRandomness;
}

/** What makes each keystore another one. */
export interface KeystoreRandomness {
  /** Identifier of the file, UUID version 4. */
  readonly uuid: string;
  /** 32 bytes. */
  readonly salt: Uint8Array;
  /** 16 bytes. */
  readonly iv: Uint8Array;
}

/** What to do about a keystore that names another key than its own. */
export const RESTORE_KEYSTORE = "restore the file from its backup, or generate it anew from the mnemonic";

const CIPHER_KEY_LENGTH = 16;
const PATH = /^(?:m(?:\/\d+)+)?$/;

/**
 * Encrypts a validator's signing key to a keystore of version 4 (EIP-2335), as the deposit-cli writes it and clients
 * import it. Takes a while, off the main thread.
 * @param secretKey 32 bytes, left untouched; they are read before the first await.
 * @param password JavaScript cannot overwrite strings: keep it no longer than needed.
 * @returns Content of the file.
 * @throws {BlsFormatError} If the secret is not a BLS secret key.
 * @throws {KeystoreError} If the password is empty or the path is none.
 */
export async function encryptKeystore(
  secretKey: Uint8Array,
  password: string,
  { path, kdf: name, description, randomness = drawRandomness() }: KeystoreOptions,
): Promise<string> {
  const key = parseSecretKey(secretKey);
  checkPassword(password);
  if (!PATH.test(path))
    throw new KeystoreError(
      "path",
      path,
      "is not a derivation path",
      "write it as m/12381/3600/0/0/0, or leave it empty",
    );
  const { uuid, salt, iv } = randomness;
  const kdf = standardKdf(name, salt);
  const derivedKey = await deriveKey(kdf, password);
  const secret = key.toBytes();
  try {
    const ciphertext = createCipheriv(CIPHER, derivedKey.subarray(0, CIPHER_KEY_LENGTH), iv).update(secret);
    const checksum = toBareHex(computeChecksum(derivedKey, ciphertext));
    return formatKeystoreFile({
      crypto: {
        kdf,
        checksum: { function: "sha256", params: {}, message: checksum },
        cipher: { function: CIPHER, params: { iv: toBareHex(iv) }, message: toBareHex(ciphertext) },
      },
      ...(description === undefined ? {} : { description }),
      pubkey: toBareHex(key.toPublicKey().toBytes()),
      path,
      uuid,
      version: 4,
    });
  } finally {
    derivedKey.fill(0);
    secret.fill(0);
  }
}

/**
 * Decrypts a keystore of version 4 and verifies that the key is one, and that of the file's `pubkey` if it has one.
 * @param json Content of the file.
 * @returns The secret key, 32 bytes; overwrite them after use.
 * @throws {FileFormatError} If the file has another shape, version or function, or its key derivation costs too much.
 * @throws {KeystorePasswordError} If the password is wrong.
 * @throws {BlsFormatError} If it holds no BLS secret key.
 * @throws {KeystoreError} If it is no JSON object, or holds the key of another validator.
 */
export async function decryptKeystore(json: string, password: string, file = KEYSTORE_FILE): Promise<Uint8Array> {
  const { crypto, pubkey } = parseKeystoreFile(json, file);
  const ciphertext = fromHex(crypto.cipher.message, `${file}.crypto.cipher.message`);
  const iv = fromHex(crypto.cipher.params.iv, `${file}.crypto.cipher.params.iv`);
  const checksumField = `${file}.crypto.checksum.message`;
  const checksum = fromHex(crypto.checksum.message, checksumField);
  const derivedKey = await deriveKey(crypto.kdf, password);
  const secret = new Uint8Array(SECRET_KEY_LENGTH);
  try {
    if (!timingSafeEqual(computeChecksum(derivedKey, ciphertext), checksum))
      throw new KeystorePasswordError(
        checksumField,
        crypto.checksum.message,
        "does not match: the password is wrong, or the file was changed",
        "give the password the file was encrypted with",
      );
    const plaintext = createDecipheriv(CIPHER, derivedKey.subarray(0, CIPHER_KEY_LENGTH), iv).update(ciphertext);
    secret.set(plaintext);
    plaintext.fill(0);
    const publicKey = toHex(parseSecretKey(secret, `secret key in ${file}`).toPublicKey().toBytes());
    if (pubkey !== undefined && pubkey !== publicKey)
      throw new KeystoreError(
        `${file}.pubkey`,
        pubkey,
        `is not the public key of the secret key inside, ${publicKey}`,
        RESTORE_KEYSTORE,
      );
    return secret;
  } catch (error) {
    secret.fill(0);
    throw error;
  } finally {
    derivedKey.fill(0);
  }
}

function drawRandomness(): KeystoreRandomness {
  return { uuid: randomUUID(), salt: randomBytes(32), iv: randomBytes(16) };
}

/** SHA-256 of the derived key's second half and the ciphertext. */
function computeChecksum(derivedKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return createHash("sha256").update(derivedKey.subarray(CIPHER_KEY_LENGTH)).update(ciphertext).digest();
}

function checkPassword(password: string): void {
  const encoded = encodePassword(password);
  const empty = encoded.length === 0;
  encoded.fill(0);
  if (empty) throw new KeystoreError("password", "", "is empty", "choose one with visible characters");
}
