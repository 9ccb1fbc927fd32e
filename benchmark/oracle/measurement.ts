import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../../daemon/service/nodeFlags.ts";
import type { OracleFigures } from "./figures.ts";
import { ReportFigures, type ReportJob } from "./reportJob.ts";
import type { Soaked } from "./soak.ts";
import { syntheticState } from "./syntheticState.ts";
import { trendOf } from "./trend.ts";

const SERVER = fileURLToPath(new URL("./stateServer.ts", import.meta.url));
const REPORT = fileURLToPath(new URL("./reportProcess.ts", import.meta.url));
const SOAK = fileURLToPath(new URL("./soakProcess.ts", import.meta.url));
/** A month of them, 40 minutes each. */
const SOAK_SLOTS = 1_080;
const OWN = [100, 10_000, 100_000];
/** Of each of them, the turn counts that the machine's other work disturbed least. */
const TURNS = 4;
const MAX_SECONDS = 3_600;

/** Measures the consensus part of a report on both ways, each time in a new process. */
export async function measureReports(): Promise<OracleFigures> {
  const { file, blockRoot, genesisValidatorsRoot } = syntheticState();
  const state = JSON.stringify({ file, blockRoot, genesisValidatorsRoot });
  const server = fork(SERVER, [state], { execArgv: process.execArgv });
  try {
    const [port] = (await once(server, "message")) as [number];
    const url = `http://127.0.0.1:${port}`;
    const figures: Record<string, number> = {};
    for (const way of ["post", "ssz"] as const)
      for (const own of OWN) {
        const turns = Array.from({ length: TURNS }, () => report({ url, way, own, blockRoot }));
        const least = (name: keyof ReportFigures) => Math.min(...turns.map((turn) => turn[name]));
        const name = `${way}.${own}`;
        if (way === "ssz") figures[`seconds.download.${name}`] = round(least("downloadSeconds"), 2);
        figures[`seconds.work.${name}`] = round(least("workSeconds"), 3);
        figures[`seconds.cpu.${name}`] = round(least("cpuSeconds"), 3);
        figures[`memoryMiB.${name}`] = round(Math.max(...turns.map(({ peakRssMiB }) => peakRssMiB)));
      }
    return figures;
  } finally {
    server.disconnect();
  }
}

/** What a member holds in a month: where the lines through what it held begin and end. */
export function measureSoak(): OracleFigures {
  // Of Hardhat, which has more objects than a daemon.
  const { slots, rounds, reports, samples } = run(SOAK, `${SOAK_SLOTS}`, []) as Soaked;
  const trends = (["heapMiB", "rssMiB", "openFiles"] as const).flatMap((what) => {
    const { begin, end } = trendOf(samples, what);
    return [
      [`soak.${what}.begin`, round(begin, 1)],
      [`soak.${what}.end`, round(end, 1)],
    ] as const;
  });
  return { "soak.slots": slots, "soak.rounds": rounds, "soak.reports": reports, ...Object.fromEntries(trends) };
}

function report(job: ReportJob): ReportFigures {
  return ReportFigures.parse(run(REPORT, JSON.stringify(job), NODE_FLAGS));
}

function run(script: string, argument: string, flags: readonly string[]): unknown {
  const args = [...flags, ...process.execArgv, script, argument];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 1_000 * MAX_SECONDS,
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
