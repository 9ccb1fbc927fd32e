import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds at a moment, after its garbage was collected. */
export interface Held {
  /** Objects and buffers, MiB. */
  readonly heapMiB: number;
  /** Resident memory, MiB; it need not shrink when garbage is collected. */
  readonly rssMiB: number;
  /** Files and sockets that are open. */
  readonly openFiles: number;
}

/** What was held at three moments of a soak. */
export interface SoakFigures {
  readonly begin: Held;
  readonly middle: Held;
  readonly end: Held;
}

/** Part of the rounds after which caches are full and code is compiled. */
const WARM_UP = 0.05;
const MIB = 2 ** 20;

/**
 * Does something many times, and looks at what the process holds after the first rounds, in the middle, and at the end.
 * @param round Given its number, from zero on.
 */
export async function soak(rounds: number, round: (number: number) => Promise<void>): Promise<SoakFigures> {
  const held = new Map<number, Held>();
  const looks = [Math.ceil(rounds * WARM_UP), Math.ceil(rounds / 2), rounds];
  for (let i = 0; i < rounds; i++) {
    await round(i);
    if (looks.includes(i + 1)) held.set(i + 1, await look());
  }
  const [begin, middle, end] = looks.map((at) => held.get(at));
  if (begin === undefined || middle === undefined || end === undefined) throw new Error("a soak takes some rounds");
  return { begin, middle, end };
}

async function look(): Promise<Held> {
  collectGarbage();
  // What is freed by finalizers is so only in a later turn.
  await new Promise((resolve) => setTimeout(resolve, 200));
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    heapMiB: round((heapUsed + external) / MIB),
    rssMiB: round(rss / MIB),
    openFiles: readdirSync("/proc/self/fd").length,
  };
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
