import { errorResult, successfulResult } from "hardhat/utils/result";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Result } from "hardhat/types/utils";

import { describedNetwork } from "../clients/networks.ts";
import { describeError } from "./describeError.ts";
import { networkOf } from "./network.ts";
import { toJson, toText, type Printable } from "./output.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** The part of Hardhat that the runner needs. */
export type TaskEnvironment = Pick<HardhatRuntimeEnvironment, "globalOptions">;

/**
 * Runs the body of a task and prints its result, or one line that says why there is none. Hardhat turns the failed
 * result into exit code 1.
 * @param args All of the task, by the names they have in its code.
 * @param body Returns what is to be printed; nothing is printed for undefined.
 * @param withTrace Only if somebody asked: Hardhat's own switch is on by itself in CI, where scripts read the one line.
 */
export async function runTask(
  { globalOptions }: TaskEnvironment,
  args: { readonly json: boolean },
  body: (terminal: Terminal) => Promise<Printable | undefined>,
  terminal: Terminal = processTerminal,
  withTrace = process.argv.includes("--show-stack-traces"),
): Promise<Result<undefined, string>> {
  try {
    // One that cannot be used is refused before anything is done on another network than it describes.
    describedNetwork();
    const result = await body(terminal);
    if (result !== undefined) terminal.print(args.json ? toJson(result) : toText(result));
    return successfulResult();
  } catch (error) {
    const line = describeError(error, networkOf({ globalOptions }), Object.keys(args));
    terminal.note(`error: ${line}`);
    if (withTrace) terminal.note(error instanceof Error ? String(error.stack) : String(error));
    return errorResult(line);
  }
}
