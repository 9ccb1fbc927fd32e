// Measures gas and code sizes as deployed: `npm run bench:gas` writes them down, `npm run bench:gas -- --check` compares.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import hre from "hardhat";

import { compare, formatFigures } from "./gas/comparison.ts";
import type { Figures } from "./gas/suite.ts";

const FILE = new URL("./gas.json", import.meta.url);

process.exitCode = await main(process.argv.slice(2));

async function main(options: string[]): Promise<number> {
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) return fail(`there is no option ${unknown}, only --check`);
  const kept = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Figures) : {};

  const measured = await measure();
  console.log(formatFigures(kept, measured));
  if (!options.includes("--check")) {
    writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`);
    return 0;
  }
  const { failures, outdated } = compare(kept, measured);
  for (const failure of failures) console.error(`bench:gas: ${failure}`);
  if (outdated.length > 0)
    console.log(`changed for the better, or new: ${outdated.join(", ")}. Run npm run bench:gas and commit gas.json`);
  return failures.length > 0 ? 1 : 0;
}

async function measure(): Promise<Figures> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true, defaultBuildProfile: "production" });
  try {
    // These import TypeChain's files, which the build writes.
    const { measureHolders } = await import("./gas/holders.ts");
    const { measureRedemptions } = await import("./gas/redemptions.ts");
    const { measureReports } = await import("./gas/reports.ts");
    const { measureActivations } = await import("./gas/activations.ts");
    const { measureClusters } = await import("./gas/clusters.ts");
    const { measureExitRequests } = await import("./gas/exits.ts");
    const { measureSizes } = await import("./gas/sizes.ts");
    const figures = {
      ...(await measureHolders()),
      ...(await measureRedemptions()),
      ...(await measureReports()),
      ...(await measureActivations()),
      ...(await measureClusters()),
      ...(await measureExitRequests()),
      ...(await measureSizes()),
    };
    return Object.fromEntries(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    // Tests take the artifacts that they find.
    await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  }
}

function fail(message: string): number {
  console.error(`bench:gas: ${message}`);
  return 1;
}
