import { getAddress, isAddress, ZeroAddress } from "ethers";

import { compare } from "../src/ssv/operator.ts";
import { FieldError } from "../src/units/errors.ts";

const MAX_DAYS = 3_650;
const MAX_OPERATOR_ID = 2n ** 64n - 1n;

/** An option or argument of a task cannot be used. */
export class InputError extends FieldError {}

/**
 * Reads an account's address.
 * @throws {InputError} If it is none, or the zero address.
 */
export function parseAddress(text: string, field: string): string {
  // ethers also takes an ICAP number, which nobody means here.
  if (!/^0x/i.test(text) || !isAddress(text))
    throw new InputError(
      field,
      text,
      "is not an address",
      "give 0x and 40 hexadecimal digits, with the right checksum",
    );
  const address = getAddress(text);
  if (address === ZeroAddress) throw new InputError(field, text, "is the zero address", "name an account");
  return address;
}

/**
 * Reads a whole number.
 * @throws {InputError} If it is none, or not within the bounds.
 */
export function parseCount(text: string, field: string, minimum: number, maximum: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= minimum && value <= maximum))
    throw new InputError(field, text, "is not a whole number within its bounds", `give ${minimum} to ${maximum}`);
  return value;
}

/**
 * Reads a whole number of any size.
 * @throws {InputError} If it is none.
 */
export function parseInteger(text: string, field: string): bigint {
  if (!/^\d+$/.test(text)) throw new InputError(field, text, "is not a whole number", "give decimal digits only");
  return BigInt(text);
}

/**
 * Reads an operator's id.
 * @throws {InputError} If it is none.
 */
export function parseOperatorId(text: string, field: string): bigint {
  const id = /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
  if (id < 1n || id > MAX_OPERATOR_ID)
    throw new InputError(field, text, "is not an operator's id", "give the number that ssv.network gave the operator");
  return id;
}

/**
 * Reads operators' ids, separated by commas.
 * @throws {InputError} If one is none, or is there twice.
 */
export function parseOperatorIds(text: string, field: string): bigint[] {
  const ids = text.split(",").map((id) => parseOperatorId(id.trim(), field));
  if (new Set(ids).size < ids.length)
    throw new InputError(field, text, "names an operator twice", "name each operator once, as 1,2,3");
  return ids;
}

/**
 * Reads the operators of a cluster, in any order.
 * @returns Ascending; undefined if none are named.
 * @throws {InputError} If one is none, or is there twice.
 */
export function parseCluster(text: string | undefined): bigint[] | undefined {
  return text === undefined ? undefined : parseOperatorIds(text, "operators").sort(compare);
}

/**
 * Reads for how many days something is to last.
 * @throws {InputError} If it is no whole number, or more than ten years.
 */
export function parseDays(text: string): bigint {
  return BigInt(parseCount(text, "days", 1, MAX_DAYS));
}

/**
 * Reads one of some words.
 * @throws {InputError} If it is none of them.
 */
export function parseChoice<T extends string>(text: string, field: string, choices: readonly T[]): T {
  const choice = choices.find((word) => word === text);
  if (choice === undefined) throw new InputError(field, text, "is none of its choices", `give ${choices.join(" or ")}`);
  return choice;
}

/**
 * Reads the length of a time in minutes.
 * @throws {InputError} If it is no positive number.
 */
export function parseMinutes(text: string, field: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value > 0)) throw new InputError(field, text, "is not a positive number", "give minutes, such as 60 or 0.5");
  return value;
}

/** An option as it is typed: `withdrawal-address` for `withdrawalAddress`. */
export function optionName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Options that have no default.
 * @param values By name.
 * @throws {InputError} Naming all that were not given.
 */
export function requireOptions<T extends string>(
  values: Readonly<Record<T, string | undefined>>,
  remedy: string,
): Record<T, string> {
  const entries = Object.entries<string | undefined>(values).map(([field, value]) => [field, value ?? ""] as const);
  const missing = entries.filter(([, value]) => value === "").map(([field]) => optionName(field));
  const [last, ...others] = missing.toReversed();
  if (last !== undefined && others.length > 0)
    throw new InputError(`${others.toReversed().join(", ")} and ${last}`, "nothing", "are missing", remedy);
  if (last !== undefined) throw new InputError(last, "nothing", "is missing", remedy);
  return Object.fromEntries(entries) as Record<T, string>;
}

/**
 * An option that has no default.
 * @throws {InputError} If it was not given.
 */
export function requireOption(value: string | undefined, field: string, remedy: string): string {
  if (value === undefined || value === "") throw new InputError(field, "nothing", "is missing", remedy);
  return value;
}
