import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds at a moment, after its garbage was collected. */
export interface Held {
  /** Objects and buffers, MiB. */
  readonly heapMiB: number;
  /** Resident memory, MiB; it need not shrink when garbage is collected. */
  readonly rssMiB: number;
  /** Files and sockets that are open, connections that are kept for the next question among them. */
  readonly openFiles: number;
}

const MIB = 2 ** 20;
/** What is freed by finalizers is so only in a later turn. */
const FINALIZED_MS = 200;

/** Collects this process's garbage, and looks at what is left. Linux only, for its `/proc`. */
export async function look(): Promise<Held> {
  collectGarbage();
  await sleep(FINALIZED_MS);
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heapMiB: (heapUsed + external) / MIB,
    rssMiB: rss / MIB,
    openFiles: readdirSync("/proc/self/fd").length,
  };
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}
