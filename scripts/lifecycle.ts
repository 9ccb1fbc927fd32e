// The whole life of a pool on a devnet of its own: `npm run demo -- --help`.
import hre from "hardhat";

import { processTerminal } from "../tasks/terminal.ts";
import { HELP, parseOptions } from "./lifecycle/options.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  await hre.tasks.getTask("build").run({ quiet: true });
  // What the build generates must be there before it can be imported.
  const { conclude } = await import("./lifecycle/conclude.ts");
  return conclude(options, processTerminal);
}
