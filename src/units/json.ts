import { z } from "zod";

import { FieldError } from "./errors.ts";
import type { Hex } from "./hex.ts";

/** A file is not JSON, or not of the shape it should have. */
export class FileFormatError extends FieldError {}

/** No file that is read here has half as many levels. */
const MAX_DEPTH = 64;
const TOO_DEEP = "deeply nested values";
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
    // What is no JSON may be another file, such as one with a mnemonic, so none of it is shown.
    const length = text.trim() === "" ? "" : `${text.length} characters`;
    throw new FileFormatError(file, length, `is not JSON: ${reasonOf(error)}`, "copy or generate the file again");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const found = at(value, issue?.path ?? []);
  const problem = `does not fit (${issue?.message ?? "no reason given"})`;
  throw new FileFormatError(file + path, printed(found), problem, "correct this field or generate the file again");
}

/** Schema of a hexadecimal string of so many bytes; the prefix `0x` is optional. Reads as lower case with prefix. */
export function hexSchema(length?: number): z.ZodType<Hex, string> {
  const message = length === undefined ? "expected hexadecimal" : `expected ${length} bytes in hexadecimal`;
  return z
    .string()
    .refine((text) => DIGITS.test(text) && (length === undefined || bareLength(text) === 2 * length), message)
    .transform((text): Hex => `0x${text.replace(/^0x/, "").toLowerCase()}`);
}

/**
 * Finds where two JSON values differ; the order of an object's keys does not count. What is nested more than 64 levels
 * deep counts as different.
 * @returns Path to the first difference, such as `.operators[2].id` and empty for the values themselves, and what the
 *   first value has there, printed; undefined if they are equal.
 */
export function firstDifference(
  a: unknown,
  b: unknown,
  path = "",
  depth = 0,
): { path: string; value: string } | undefined {
  if (!isNested(a) || !isNested(b) || Array.isArray(a) !== Array.isArray(b))
    return a === b ? undefined : { path, value: printed(a) };
  if (depth === MAX_DEPTH) return { path, value: TOO_DEEP };
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = firstDifference(a[key], b[key], path + (Array.isArray(a) ? `[${key}]` : `.${key}`), depth + 1);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** What the parser says, without the text that it quotes. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.replace(/, (?:\.{3})?"[^]*"(?:\.{3})? is not valid JSON$/, "");
}

function printed(value: unknown): string {
  if (value === undefined) return "nothing";
  try {
    return JSON.stringify(value);
  } catch {
    // It was read without recursion, and is written with it: whoever made the file may have nested it a thousandfold.
    return TOO_DEEP;
  }
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
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
