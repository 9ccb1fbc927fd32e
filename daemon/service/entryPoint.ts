import { parseArgs } from "node:util";

import type { CommonConfig } from "../config/commonConfig.ts";
import type { LoadOptions } from "../config/loadConfig.ts";
import { requireContractTypes } from "./contractTypes.ts";
import type { OpenWorker } from "./runDaemon.ts";

/** A daemon as a program. */
export interface EntryPoint<Config extends CommonConfig> {
  /** As logs call it. */
  readonly name: string;
  /** Its file, from the project's folder. */
  readonly program: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly load: (file: string, options: LoadOptions) => Config;
  /** Loads the daemon itself; its libraries of the consensus layer take the preset that is then set. */
  readonly open: () => Promise<OpenWorker<Config>>;
}

const OPTIONS = {
  config: { type: "string" },
  once: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Runs a daemon by the arguments of this process, and ends the process. */
export async function runEntryPoint<Config extends CommonConfig>(entry: EntryPoint<Config>): Promise<never> {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    const { config: file, once: isOnce, "dry-run": isDryRun } = values;
    if (values.help) {
      process.stdout.write(usage(entry));
      process.exit(0);
    }
    if (file === undefined) throw new Error("--config is missing: name the file with the configuration");
    const config = entry.load(file, { isDryRun });
    requireContractTypes();
    process.env.LODESTAR_PRESET = config.preset;
    const { runDaemon } = await import("./runDaemon.ts");
    process.exit(await runDaemon(await entry.open(), { name: entry.name, config, isOnce, isDryRun }));
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split("\n");
    process.stderr.write(lines.map((line) => `error: ${line}\n`).join(""));
    process.exit(1);
  }
}

function usage({ program, summary }: Pick<EntryPoint<CommonConfig>, "program" | "summary">): string {
  return `${summary}

node --import tsx ${program} --config FILE [--once] [--dry-run]

  --config FILE  JSON file with its configuration
  --once         do one round, and end with exit code 0 if it succeeded, or 1
  --dry-run      sign and send nothing, and log what would be
  --help         show this
`;
}
