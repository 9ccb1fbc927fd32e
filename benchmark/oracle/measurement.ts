import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../../daemon/service/nodeFlags.ts";
import type { OracleFigures } from "./figures.ts";
import { ReportFigures, type ReportJob } from "./reportJob.ts";
import type { Held, SoakFigures } from "./soak.ts";
import { syntheticState } from "./syntheticState.ts";

const SERVER = fileURLToPath(new URL("./stateServer.ts", import.meta.url));
const REPORT = fileURLToPath(new URL("./reportProcess.ts", import.meta.url));
const SOAK = fileURLToPath(new URL("./soakProcess.ts", import.meta.url));
/** A month of them, 40 minutes apart. */
const SOAK_ROUNDS = 1_080;
const OWN = [100, 10_000, 100_000];
/** Of each of them, the turn counts that the machine's other work disturbed least. */
const TURNS = 4;
const MAX_SECONDS = 600;

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

/** What a process holds that reads a month of reports: at the begin, in the middle and at the end of it. */
export function measureSoak(): OracleFigures {
  const { begin, middle, end } = run(SOAK, `${SOAK_ROUNDS}`) as SoakFigures;
  const named = (moment: string, { heapMiB, rssMiB, openFiles }: Held) => ({
    [`soak.heapMiB.${moment}`]: heapMiB,
    [`soak.rssMiB.${moment}`]: rssMiB,
    [`soak.openFiles.${moment}`]: openFiles,
  });
  return { ...named("begin", begin), ...named("middle", middle), ...named("end", end) };
}

function report(job: ReportJob): ReportFigures {
  return ReportFigures.parse(run(REPORT, JSON.stringify(job)));
}

function run(script: string, argument: string): unknown {
  const args = [...NODE_FLAGS, ...process.execArgv, script, argument];
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
