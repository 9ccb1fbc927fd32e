// Measures how quickly keys are split for operators, beside ssv-keys: `npm run bench:keys` writes the figures down,
// `npm run bench:keys -- --check` compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { findFailures, formatKeyFigures, type KeyFigures } from "./keys/figures.ts";
import { measureKeys } from "./keys/measurement.ts";

const FILE = new URL("./keys.json", import.meta.url);

process.exitCode = main(process.argv.slice(2));

function main(options: string[]): number {
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) return fail([`there is no option ${unknown}, only --check`]);
  const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as KeyFigures) : undefined;

  const measured = measureKeys();
  console.log(formatKeyFigures(kept, measured));
  if (options.includes("--check")) return fail(findFailures(kept, measured));
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  return 0;
}

function fail(messages: readonly string[]): number {
  for (const message of messages) console.error(`bench:keys: ${message}`);
  return messages.length > 0 ? 1 : 0;
}
