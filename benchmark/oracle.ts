// Measures how quickly a report's consensus part is read out of a chain of a million validators, and what a month of
// reports leaves behind: `npm run bench:oracle` writes the figures down, `npm run bench:oracle -- --check` compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { findFailures, formatOracleFigures, type OracleFigures } from "./oracle/figures.ts";
import { measureReports, measureSoak } from "./oracle/measurement.ts";

const FILE = new URL("./oracle.json", import.meta.url);

process.exitCode = await main(process.argv.slice(2));

async function main(options: string[]): Promise<number> {
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) return fail([`there is no option ${unknown}, only --check`]);
  const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as OracleFigures) : {};

  const measured = { ...(await measureReports()), ...measureSoak() };
  console.log(formatOracleFigures(kept, measured));
  if (options.includes("--check")) return fail(findFailures(kept, measured));
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  return 0;
}

function fail(messages: readonly string[]): number {
  for (const message of messages) console.error(`bench:oracle: ${message}`);
  return messages.length > 0 ? 1 : 0;
}
