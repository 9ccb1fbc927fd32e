import { z } from "zod";

import { PUBLIC_KEY_LENGTH, SECRET_KEY_LENGTH } from "../consensus/bls.ts";
import { FieldError } from "../units/errors.ts";
import { hexSchema, parseJson } from "../units/json.ts";
import { KdfSchema } from "./keystoreKdf.ts";

/** Name of the file in messages. */
export const KEYSTORE_FILE = "keystore.json";

/** The only cipher of EIP-2335: AES with a key and an iv of 16 bytes each, in counter mode. */
export const CIPHER = "aes-128-ctr";

/** A keystore cannot be written with this, or contradicts itself. Passwords and secret keys are never shown. */
export class KeystoreError extends FieldError {}

const File = z.object({
  version: z.literal(4),
  crypto: z.object({
    kdf: KdfSchema,
    checksum: z.object({ function: z.literal("sha256"), params: z.object({}), message: hexSchema(32) }),
    cipher: z.object({
      function: z.literal(CIPHER),
      params: z.object({ iv: hexSchema(16) }),
      message: hexSchema(SECRET_KEY_LENGTH),
    }),
  }),
  description: z.string().optional(),
  pubkey: hexSchema(PUBLIC_KEY_LENGTH).optional(),
  path: z.string(),
  uuid: z.uuid(),
});

/**
 * Reads the shape of a keystore of version 4 (EIP-2335); nothing is decrypted.
 * @returns Its fields, hexadecimal with prefix.
 * @throws {FileFormatError} If it has another shape, version or function, or its key derivation costs too much.
 * @throws {KeystoreError} If it is no JSON object: it may be a key or mnemonic given by mistake, and is not shown.
 */
export function parseKeystoreFile(json: string, file: string): z.output<typeof File> {
  if (!isObject(json))
    throw new KeystoreError(file, `${json.length} characters`, "is not a JSON object", "give a keystore of version 4");
  return parseJson(json, File, file);
}

/** Writes a keystore. */
export function formatKeystoreFile(keystore: z.input<typeof File>): string {
  return JSON.stringify(keystore, null, 2);
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
