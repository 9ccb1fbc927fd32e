import { fileURLToPath } from "node:url";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readText } from "../clients/files.ts";
import { NODE_FLAGS } from "../daemon/service/nodeFlags.ts";
import { become } from "./become.ts";
import { InputError } from "./input.ts";
import { runTask } from "./runner.ts";

interface RunArguments {
  readonly configFile: string | undefined;
  readonly once: boolean;
  readonly dryRun: boolean;
}

/**
 * The action of a task that goes on as a daemon.
 * @param program Of the daemon, such as `daemon/oracle/main.ts`.
 */
export function runDaemon(program: string): NewTaskActionFunction<RunArguments> {
  const main = fileURLToPath(new URL(`../${program}`, import.meta.url));
  return (args, hre) =>
    // What it prints are lines of its log.
    runTask(hre, { ...args, json: false }, async () => {
      const { configFile, once, dryRun } = args;
      if (configFile === undefined)
        throw new InputError(
          "configFile",
          "",
          "is missing",
          "name the file with the daemon's configuration, see examples/",
        );
      readText(configFile, "configFile");
      const flags = [...(once ? ["--once"] : []), ...(dryRun ? ["--dry-run"] : [])];
      // From wherever the task is run.
      const loader = import.meta.resolve("tsx");
      await become([...NODE_FLAGS, "--import", loader, main, "--config", configFile, ...flags]);
      return undefined;
    });
}
