/** Fields of a log line with amounts as decimal strings: JSON has no numbers of their size. */
export function logFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printable(value)]));
}

function printable(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return Array.isArray(value) ? value.map(printable) : value;
}
