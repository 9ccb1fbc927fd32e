import { existsSync } from "node:fs";

import { z } from "zod";

import { readText } from "../../clients/files.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { parseJson } from "../../src/units/json.ts";
import { InputError, parseInteger } from "../input.ts";

/** How fields of a report are given on the command line. */
export interface ReportOptions {
  /** JSON file with any of the fields. */
  readonly file: string | undefined;
  readonly refSlot: string | undefined;
  readonly validatorsGwei: string | undefined;
  readonly pendingGwei: string | undefined;
}

/** JSON numbers are exact only up to 2^53, so decimal strings are taken too. */
const Field = z
  .union([z.int().nonnegative(), z.string().regex(/^\d+$/, "expected decimal digits")])
  .transform((value) => BigInt(value))
  .optional();
/** Bits that contracts/types/Report.sol has for each field. */
const WIDTHS = {
  refSlot: 64,
  validatorsGwei: 64,
  pendingGwei: 64,
  stakedWei: 128,
  vaultsReceivedWei: 128,
  stakedKeys: 32,
  activeKeys: 32,
  exitingKeys: 32,
  exitedKeys: 32,
  slashedKeys: 32,
  lostKeys: 32,
  finalizeUpTo: 64,
} as const satisfies Record<keyof Report, number>;
const Fields = z.strictObject(
  Object.fromEntries(Object.keys(WIDTHS).map((name) => [name, Field])) as Record<keyof Report, typeof Field>,
);

/**
 * Collects the fields of a report that are given; options win over the file.
 * @throws {FieldError} If the file or a field cannot be read.
 */
export function readReportFields({ file, ...options }: ReportOptions): Partial<Report> {
  const fields: Record<string, bigint> = {};
  if (file !== undefined) {
    if (!existsSync(file)) throw new InputError("file", file, "does not exist", "name a JSON file with report fields");
    for (const [name, value] of Object.entries(parseJson(readText(file, "file"), Fields, file)))
      if (value !== undefined) fields[name] = value;
  }
  for (const name of ["refSlot", "validatorsGwei", "pendingGwei"] as const) {
    const text = options[name];
    if (text !== undefined) fields[name] = parseInteger(text, name);
  }
  for (const [name, bits] of Object.entries(WIDTHS)) checkWidth(name, fields[name] ?? 0n, bits);
  return fields;
}

function checkWidth(name: string, value: bigint, bits: number): void {
  if (value >> BigInt(bits) !== 0n)
    throw new InputError(name, value.toString(), `has more than ${bits} bits`, "check the number and its unit");
}
