import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;

/** Ids of the processes whose command line has a text in it, without this one. */
export function processesOf(text: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && commandOf(pid).includes(text));
}

/** Waits until there is no such process, or the time is over. */
export async function whatIsLeft(text: string, withinMs: number): Promise<string[]> {
  for (const began = Date.now(); Date.now() - began < withinMs && processesOf(text).length > 0;) await sleep(POLL_MS);
  return processesOf(text).map((pid) => `${pid}: ${commandOf(pid)}`);
}

/** Empty if it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
