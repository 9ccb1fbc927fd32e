import { z } from "zod";

import { FieldError } from "./errors.ts";
import type { Hex } from "./hex.ts";

/** A file is not JSON, or not of the shape it should have. */
export class FileFormatError extends FieldError {}

const DIGITS = /^(?:0x)?(?:[0-9a-f]{2})*$/i;

/**
 * Reads JSON text against a schema.
 * @param file Name of the file, for the message.
 * @throws {FileFormatError} Naming the first entry and field that does not fit.
 */
export function parseJson<T>(text: string, schema: z.ZodType<T>, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileFormatError(file, text, `is not JSON: ${String(error)}`, "copy or generate the file again");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const found = at(value, issue?.path ?? []);
  const problem = `does not fit (${issue?.message ?? "no reason given"})`;
  throw new FileFormatError(
    file + path,
    found === undefined ? "nothing" : JSON.stringify(found),
    problem,
    "correct this field or generate the file again",
  );
}

/** Schema of a hexadecimal string of so many bytes; the prefix `0x` is optional. Reads as lower case with prefix. */
export function hexSchema(length?: number): z.ZodType<Hex, string> {
  const message = length === undefined ? "expected hexadecimal" : `expected ${length} bytes in hexadecimal`;
  return z
    .string()
    .refine((text) => DIGITS.test(text) && (length === undefined || bareLength(text) === 2 * length), message)
    .transform((text): Hex => `0x${text.replace(/^0x/, "").toLowerCase()}`);
}

function bareLength(text: string): number {
  return text.startsWith("0x") ? text.length - 2 : text.length;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
