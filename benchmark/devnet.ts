// Measures a devnet as `devnet up` runs it: `npm run bench:devnet` writes the figures down,
// `npm run bench:devnet -- --check` compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import hre from "hardhat";

import { findFailures, formatDevnetFigures, type DevnetFigures } from "./devnet/figures.ts";
import type { DevnetMeasurement } from "./devnet/measurement.ts";

const FILE = new URL("./devnet.json", import.meta.url);
const [FEW, MANY] = [64, 1_000];
const SLOTS = 256;
/** What the clients of a public chain are, beside the operators and the supervisor. */
const CHAIN = ["execution client", "beacon node"];

process.exitCode = await main(process.argv.slice(2));

async function main(options: string[]): Promise<number> {
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) return fail([`there is no option ${unknown}, only --check`]);
  const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as DevnetFigures) : {};

  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  // It imports TypeChain's files, which the build writes.
  const { measureDevnet } = await import("./devnet/measurement.ts");
  const few = await measureDevnet(hre, FEW, SLOTS);
  const many = await measureDevnet(hre, MANY, SLOTS);
  const measured = figuresOf(few, many);
  console.log(formatDevnetFigures(kept, measured));
  if (options.includes("--check")) return fail(findFailures(kept, measured));
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
  return 0;
}

function figuresOf(few: DevnetMeasurement, many: DevnetMeasurement): DevnetFigures {
  const memory = [...few.memory].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = (parts: typeof memory, kind: "peak" | "proportional") =>
    Math.round(parts.reduce((total, [, part]) => total + part[kind], 0));
  const chain = memory.filter(([name]) => CHAIN.includes(name));
  return {
    [`slotsPerSecond.${FEW}`]: round(few.slotsPerSecond),
    [`slotsPerSecond.${MANY}`]: round(many.slotsPerSecond),
    "seconds.depositToActive": round(few.depositToActive),
    "seconds.exitToPaid": round(few.exitToPaid),
    ...Object.fromEntries(memory.map(([name, { peak }]) => [`memoryMiB.${name}`, Math.round(peak)])),
    "memoryMiB.chain": sum(chain, "peak"),
    "memoryMiB.all": sum(memory, "peak"),
    "proportionalMiB.all": sum(memory, "proportional"),
  };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function fail(messages: readonly string[]): number {
  for (const message of messages) console.error(`bench:devnet: ${message}`);
  return messages.length > 0 ? 1 : 0;
}
