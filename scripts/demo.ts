// The pool's main job on real parts, in one process: `npm run demo:quick -- [--days N] [--json]`.
import { parseArgs } from "node:util";

import hre from "hardhat";

import { MAX_DAYS, MIN_DAYS } from "./demo/calendar.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`demo:quick: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  await hre.tasks.getTask("build").run({ quiet: true });
  // What the build generates must be there before it can be imported.
  const { run } = await import("./demo/run.ts");
  return run(options, (text) => {
    console.log(text);
  });
}

function parseOptions(args: string[]) {
  const { values } = parseArgs({ args, options: { days: { type: "string" }, json: { type: "boolean" } } });
  const days = Number(values.days ?? 365);
  if (!Number.isInteger(days) || days < MIN_DAYS || days > MAX_DAYS)
    throw new Error(
      `--days ${String(values.days)} is out of range: give a whole number from ${MIN_DAYS} to ${MAX_DAYS}`,
    );
  return { days, json: values.json ?? false };
}
