import { FieldError } from "./errors.ts";

/** Bytes written as `0x` and an even number of hexadecimal digits. */
export type Hex = `0x${string}`;

/** A string is not the hexadecimal it should be. */
export class HexFormatError extends FieldError {}

const HEX = /^(?:[0-9a-f]{2})*$/i;

/** Writes bytes as lower-case hexadecimal with the `0x` prefix. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${toBareHex(bytes)}`;
}

/** Writes bytes as lower-case hexadecimal without a prefix, as the deposit-cli's files do. */
export function toBareHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/**
 * Reads hexadecimal, with or without the `0x` prefix.
 * @param text The digits.
 * @param field Name of the value, for the message.
 * @param length Bytes expected; any length when left out.
 * @throws {HexFormatError} If a character is no digit, a digit is missing, or the length is another one.
 */
export function fromHex(text: string, field: string, length?: number): Uint8Array {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (!HEX.test(digits))
    throw new HexFormatError(field, text, "is not hexadecimal", "write two digits 0-9, a-f for each byte");
  if (length !== undefined && digits.length !== 2 * length)
    throw new HexFormatError(
      field,
      text,
      `has ${digits.length / 2} bytes instead of ${length}`,
      `give exactly ${2 * length} hexadecimal digits`,
    );
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Whether two byte strings are the same. Not for secrets: it stops at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
