import Table from "cli-table3";

import { formatEther, wei, WEI_PER_GWEI } from "../src/units/ether.ts";
import { showHidden } from "../src/units/hiddenText.ts";

/**
 * What a task returns. Counts, positions and numbers of blocks are numbers; amounts, shares, rates, gas, ids, nonces,
 * slots and times are bigints, which JSON has as decimal strings. A field has one type wherever it occurs. Numbers
 * carry their unit in the name of their field: `…Wei`, `…Gwei`, `…WeiPerBlock` for a fee, `…At` for a time in seconds.
 */
export type Printable = string | number | bigint | boolean | null | readonly Printable[] | PrintableRecord;

/** A result with named fields. */
export interface PrintableRecord {
  readonly [field: string]: Printable;
}

const LABEL_WIDTH = 26;

/** One JSON document; amounts are decimal strings, because they exceed what a JSON number holds exactly. */
export function toJson(value: Printable): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? field.toString() : field), 2);
}

/** Text for people: a line for each field, a table for a list of records. */
export function toText(value: Printable, indent = ""): string {
  if (!isRecord(value)) return toCell("", value);
  return Object.entries(value)
    .map(([field, content]) => {
      const label = `${indent}${labelOf(field)}`;
      if (isRecord(content)) return `${label}\n${toText(content, `${indent}  `)}`;
      if (isTable(content)) return toTable(label, content);
      return `${label.padEnd(LABEL_WIDTH - 1)} ${toCell(field, content)}`;
    })
    .join("\n");
}

/** An amount of wei in ether; negative ones too. */
export function showEther(amount: bigint): string {
  const sign = amount < 0n ? "-" : "";
  return `${sign}${formatEther(wei(amount < 0n ? -amount : amount))} ETH`;
}

/** An amount of wei in Gwei, where that is short: fees by the block. */
export function showGwei(amount: bigint): string {
  return `${formatEther(wei(amount * WEI_PER_GWEI))} Gwei`;
}

function toTable(label: string, rows: readonly PrintableRecord[]): string {
  const fields = Object.keys(rows[0] ?? {});
  const table = new Table({ head: fields.map(labelOf), style: { head: [], border: [] } });
  table.push(...rows.map((row) => fields.map((field) => toCell(field, row[field] ?? null))));
  return `${label}\n${table.toString()}`;
}

/** A value as people read it, in the unit that its field names. */
export function toCell(field: string, value: Printable): string {
  if (value === null || value === "") return "none";
  if (typeof value === "bigint" && field.endsWith("Gwei")) return showEther(value * WEI_PER_GWEI);
  if (typeof value === "bigint" && field.endsWith("WeiPerBlock")) return `${value} wei`;
  if (typeof value === "bigint" && /Wei(?:Per(?:Day|Month|Year))?$/.test(field)) return showEther(value);
  if (typeof value === "bigint" && field.endsWith("At"))
    return value === 0n ? "never" : new Date(Number(value) * 1_000).toISOString();
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isList(value)) return value.length === 0 ? "none" : value.map((entry) => toCell(field, entry)).join(", ");
  // What others wrote must not look like a further field.
  return isRecord(value) ? toJson(value) : showHidden(String(value));
}

/** `totalPooledEtherWei` is shown as `total pooled ether`, `feeWeiPerBlock` as `fee per block`. */
export function labelOf(field: string): string {
  return field
    .replace(/(?:Gwei|Wei)(?=$|Per[A-Z])/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/ [A-Z](?=[a-z])/g, (letters) => letters.toLowerCase());
}

/** Whether a value has named fields. */
export function isRecord(value: Printable): value is PrintableRecord {
  return typeof value === "object" && value !== null && !isList(value);
}

function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

/** Whether a value is a list of records. */
export function isTable(value: Printable): value is readonly PrintableRecord[] {
  return isList(value) && value.length > 0 && value.every(isRecord);
}
