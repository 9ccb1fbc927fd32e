import { isRecord, isTable, labelOf, toCell, type Printable, type PrintableRecord } from "../output.ts";
import { visible } from "../terminal.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

/** A text as it stands in a page, between tags and in attributes; what hides something is made visible. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** A value as JSON that ends no script, whatever is in it; amounts are decimal strings. */
export function toScriptJson(value: Printable): string {
  const text = JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? field.toString() : field));
  return text.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same as a task prints: a row for each field, a table for each list of records. */
export function toTables(caption: string, value: PrintableRecord): string {
  const fields = Object.entries(value);
  const rows = fields
    .filter(([, content]) => !isRecord(content) && !isTable(content))
    .map(([field, content]) => `<tr><th scope="row">${escapeHtml(labelOf(field))}</th>${cell(field, content)}</tr>`);
  const own = rows.length === 0 ? "" : table(caption, `<tbody>${rows.join("\n")}</tbody>`, "record");
  const others = fields.map(([field, content]) => {
    if (isRecord(content)) return toTables(labelOf(field), content);
    return isTable(content) ? toTable(labelOf(field), content) : "";
  });
  return [own, ...others].join("\n");
}

/** A table with a column for each field. */
export function toTable(caption: string, rows: readonly PrintableRecord[]): string {
  const fields = Object.keys(rows[0] ?? {});
  const head = fields.map((field) => `<th scope="col">${escapeHtml(labelOf(field))}</th>`).join("");
  const body = rows.map((row) => `<tr>${fields.map((field) => cell(field, row[field] ?? null)).join("")}</tr>`);
  return table(caption, `<thead><tr>${head}</tr></thead>\n<tbody>${body.join("\n")}</tbody>`);
}

function table(caption: string, content: string, kind = "list"): string {
  const name = escapeHtml(caption);
  return `<div class="table ${kind}" role="region" aria-label="${name}" tabindex="0"><table><caption>${name}</caption>\n${content}</table></div>`;
}

function cell(field: string, value: Printable): string {
  const isNumber = typeof value === "bigint" || typeof value === "number";
  return `<td${isNumber ? ' class="number"' : ""}>${escapeHtml(toCell(field, value))}</td>`;
}
