// Shows what panels and alerts make of daemons that run: `node --import tsx scripts/monitoring/checkPanels.ts --targets URL,…`.
import { parseArgs } from "node:util";

import Table from "cli-table3";

import { checkMonitoring, problemsOf, type MonitoringCheck } from "./monitoringCheck.ts";
import { findPrometheus } from "./prometheusPrograms.ts";

const DEFAULT_SECONDS = 20;
const MAX_SECONDS = 3_600;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = { targets: { type: "string" }, seconds: { type: "string" } } as const;
  let targets: string[];
  let seconds: number;
  try {
    const { values } = parseArgs({ options });
    targets = (values.targets ?? "").split(",").filter((target) => target !== "");
    seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  if (targets.length === 0) return fail("name the daemons: --targets http://127.0.0.1:9601,…");
  const wrong = targets.find((target) => URL.parse(target)?.protocol !== "http:");
  if (wrong !== undefined)
    return fail(`--targets takes http addresses (got ${wrong}), for example http://127.0.0.1:9601`);
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) return fail(`--seconds takes a number up to ${MAX_SECONDS}`);

  const programs = await findPrometheus();
  if (programs === undefined) return 1;
  const check = await checkMonitoring(programs, targets, seconds);
  show(check);
  const problems = problemsOf(check);
  for (const problem of problems) console.error(`error: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

function show({ answers, alerts, unlisted, unserved }: MonitoringCheck): void {
  const panels = new Table({ head: ["dashboard", "panel", "series"], style: { head: [], border: [] } });
  for (const { dashboard, panel, series } of answers) panels.push([dashboard, panel, series]);
  const states = new Table({ head: ["alert", "severity", "state"], style: { head: [], border: [] } });
  for (const { name, labels, state } of alerts) states.push([name, labels.severity ?? "", state]);
  console.log(`${panels.toString()}\n${states.toString()}`);
  if (unlisted.length > 0) console.log(`served and not listed: ${unlisted.join(", ")}`);
  if (unserved.length > 0) console.log(`listed and not served: ${unserved.join(", ")}`);
}

function fail(message: string): number {
  console.error(`error: ${message}`);
  return 1;
}
