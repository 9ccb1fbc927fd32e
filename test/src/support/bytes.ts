import { createHash } from "node:crypto";

import fc from "fast-check";

/** SHA-256 of the concatenation. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}

/** Arbitrary byte strings of one length. */
export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** Deterministic 32 bytes that are a BLS secret key: below 2^254, not zero. */
export function secretOf(seed: string | number): Uint8Array {
  const bytes = sha256(new TextEncoder().encode(String(seed)));
  bytes[0] = (bytes[0] ?? 0) & 0x3f;
  return bytes;
}
