import type { Hex } from "../src/units/hex.ts";

/** An object out of JSON, of which nothing is known. */
export type Unknown = Readonly<Partial<Record<string, unknown>>>;

const DECIMAL = /^\d{1,20}$/;
const DIGITS = { 32: /^0x[0-9a-f]{64}$/, 48: /^0x[0-9a-f]{96}$/, 96: /^0x[0-9a-f]{192}$/ } as const;

/** What JSON text says; undefined if it is none. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value has fields. */
export function isObject(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null;
}

/** Whether a value is true, false or left out. */
export function isOptionalBoolean(value: unknown): value is boolean | undefined {
  return value === undefined || typeof value === "boolean";
}

/** Whether a value is a number as the Beacon API writes it. */
export function isDecimal(value: unknown): value is string {
  return typeof value === "string" && DECIMAL.test(value);
}

/** Whether a value is so many bytes in hexadecimal as all nodes write it: with prefix, in lower case. */
export function isHex(value: unknown, length: keyof typeof DIGITS): value is Hex {
  return typeof value === "string" && DIGITS[length].test(value);
}
