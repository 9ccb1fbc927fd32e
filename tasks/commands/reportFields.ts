import { existsSync, readFileSync } from "node:fs";

import { z } from "zod";

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
const Fields = z.strictObject({
  refSlot: Field,
  validatorsGwei: Field,
  pendingGwei: Field,
  stakedWei: Field,
  vaultsReceivedWei: Field,
  stakedKeys: Field,
  activeKeys: Field,
  exitingKeys: Field,
  exitedKeys: Field,
  slashedKeys: Field,
  lostKeys: Field,
  finalizeUpTo: Field,
});

/**
 * Collects the fields of a report that are given; options win over the file.
 * @throws {FieldError} If the file or a field cannot be read.
 */
export function readReportFields({ file, ...options }: ReportOptions): Partial<Report> {
  const fields: Record<string, bigint> = {};
  if (file !== undefined) {
    if (!existsSync(file)) throw new InputError("file", file, "does not exist", "name a JSON file with report fields");
    for (const [name, value] of Object.entries(parseJson(readFileSync(file, "utf8"), Fields, file)))
      if (value !== undefined) fields[name] = value;
  }
  for (const name of ["refSlot", "validatorsGwei", "pendingGwei"] as const) {
    const text = options[name];
    if (text !== undefined) fields[name] = parseInteger(text, name);
  }
  return fields;
}
