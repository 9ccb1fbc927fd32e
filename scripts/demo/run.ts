import hre from "hardhat";

import { holds, type Check } from "./checks.ts";
import { examine, play } from "./demonstration.ts";
import type { GasEntry } from "./gasLedger.ts";
import { Narrator } from "./narrator.ts";
import type { PoolState } from "./poolState.ts";
import { tellChecks } from "./verdicts.ts";
import { DEMO_CHAIN, type World } from "./world.ts";

/** How to run the demonstration. */
export interface DemoOptions {
  /** Days to play before the run on the pool, which takes its own. */
  readonly days: number;
  /** Print the final state for machines instead of tables for people. */
  readonly json: boolean;
}

/** Plays the demonstration on a chain of its own and returns the exit code. */
export async function run(options: DemoOptions, print: (text: string) => void): Promise<number> {
  const connection = await hre.network.create({ override: DEMO_CHAIN });
  try {
    const narrator = new Narrator(options.json ? () => undefined : print);
    const world = await play(connection, options.days, narrator);
    return await conclude(world, options.json, print);
  } finally {
    await connection.close();
  }
}

/** Checks the final state, prints the verdicts, and returns the exit code: 0 if every check holds, else 1. */
export async function conclude(world: World, json: boolean, print: (text: string) => void): Promise<number> {
  const { state, checks } = await examine(world);
  if (json) print(toJson(state, checks, world.gas.entries()));
  else tellChecks(new Narrator(print), "12. Does everything add up?", checks);
  return checks.every(holds) ? 0 : 1;
}

function toJson(state: PoolState, checks: readonly Check[], gas: readonly GasEntry[]): string {
  const verdicts = checks.map((check) => ({ ...check, holds: holds(check) }));
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  return JSON.stringify({ state, gas, checks: verdicts }, plain, 2);
}
