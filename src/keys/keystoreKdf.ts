import { pbkdf2, scrypt } from "node:crypto";
import { promisify } from "node:util";

import { z } from "zod";

import { fromHex, toBareHex } from "../units/hex.ts";
import { hexSchema } from "../units/json.ts";

/** Bytes used of a derived key: the first half encrypts, the second half proves the password. */
export const DERIVED_KEY_LENGTH = 32;

const MAX_SCRYPT_BYTES = 2 ** 30;
const MAX_SCRYPT_BLOCK_SIZE = 1024;
const MAX_SCRYPT_PARALLELIZATION = 8;
const MAX_PBKDF2_ITERATIONS = 10_000_000;

const shared = {
  dklen: z.int().min(DERIVED_KEY_LENGTH),
  salt: hexSchema().refine((salt) => salt !== "0x", "expected at least one byte"),
};
const ScryptParams = z
  .object({
    ...shared,
    n: z
      .int()
      .min(2)
      .max(MAX_SCRYPT_BYTES / 128)
      .refine((n) => (n & (n - 1)) === 0, "expected a power of two"),
    r: z.int().min(1).max(MAX_SCRYPT_BLOCK_SIZE),
    p: z.int().min(1).max(MAX_SCRYPT_PARALLELIZATION),
  })
  .refine(({ n, r }) => 128 * n * r <= MAX_SCRYPT_BYTES, {
    path: ["n"],
    message: "expected n * r * 128 to be at most 1 GiB",
  })
  // RFC 7914, section 2: N is below 2^(128 r / 8).
  .refine(({ n, r }) => Math.log2(n) < 16 * r, { path: ["n"], message: "expected n below 2^(16 r)" });
const Pbkdf2Params = z.object({
  ...shared,
  c: z.int().min(1).max(MAX_PBKDF2_ITERATIONS),
  prf: z.literal("hmac-sha256"),
});

/**
 * Schema of a keystore's key derivation. Bounds what a foreign file may cost: scrypt 1 GiB and eight passes over it,
 * pbkdf2 ten million rounds.
 */
export const KdfSchema = z.discriminatedUnion(
  "function",
  [
    z.object({ function: z.literal("scrypt"), params: ScryptParams, message: z.string() }),
    z.object({ function: z.literal("pbkdf2"), params: Pbkdf2Params, message: z.string() }),
  ],
  "expected scrypt or pbkdf2",
);

/** A key derivation as the file states it. */
export type Kdf = z.input<typeof KdfSchema>;
/** Name of a key derivation. */
export type KdfName = Kdf["function"];

/** The key derivation with the costs of EIP-2335's examples, which are the deposit-cli's: 128 N r = 256 MiB, or 2^18 rounds. */
export function standardKdf(name: KdfName, salt: Uint8Array): Kdf {
  const params = { dklen: DERIVED_KEY_LENGTH, salt: toBareHex(salt) };
  if (name === "scrypt") return { function: name, params: { ...params, n: 2 ** 18, r: 8, p: 1 }, message: "" };
  return { function: name, params: { ...params, c: 2 ** 18, prf: "hmac-sha256" }, message: "" };
}

/** Memory that a key derivation takes, in bytes: scrypt's blocks, of 128 r bytes each; next to none for pbkdf2. */
export function kdfMemory(kdf: Kdf): number {
  if (kdf.function === "pbkdf2") return 0;
  const { n, r, p } = kdf.params;
  // OpenSSL holds n + 2 blocks for the mixing and p for its input.
  return 128 * r * (n + p + 2);
}

const pbkdf2Async = promisify(pbkdf2);

/**
 * Derives the key of a keystore from its password, off the main thread. Always the first 32 bytes: both functions
 * begin the same whatever `dklen` is, and EIP-2335 uses no further ones.
 * @returns 32 bytes; overwrite them after use.
 */
export async function deriveKey(kdf: Kdf, password: string): Promise<Uint8Array> {
  const encoded = encodePassword(password);
  try {
    const salt = fromHex(kdf.params.salt, "salt");
    if (kdf.function === "pbkdf2") return await pbkdf2Async(encoded, salt, kdf.params.c, DERIVED_KEY_LENGTH, "sha256");
    const { n: N, r, p } = kdf.params;
    const options = { N, r, p, maxmem: kdfMemory(kdf) };
    return await new Promise((resolve, reject) => {
      scrypt(encoded, salt, DERIVED_KEY_LENGTH, options, (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  } finally {
    encoded.fill(0);
  }
}

/**
 * The bytes EIP-2335 derives the key from: compatibility decomposition (NFKD), without the control codes C0, C1 and
 * Delete (Unicode's category Cc), in UTF-8.
 * @returns Overwrite them after use.
 */
export function encodePassword(password: string): Uint8Array {
  return new TextEncoder().encode(password.normalize("NFKD").replace(/\p{Cc}/gu, ""));
}
