import { spawnSync } from "node:child_process";

/** Whether a process can be held to one core; util-linux can. */
const CAN_PIN = process.platform === "linux" && spawnSync("taskset", ["--version"]).status === 0;

/**
 * A command that runs on one core, where the machine can do that: threads that share a core's units slow each other down,
 * and processor time counts that as work.
 */
export function onOneCore(command: string, args: readonly string[]): [command: string, args: string[]] {
  return CAN_PIN ? ["taskset", ["--cpu-list", "0", command, ...args]] : [command, [...args]];
}
