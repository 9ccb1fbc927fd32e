import Table from "cli-table3";

/** What `benchmark/devnet.json` holds, by name. */
export type DevnetFigures = Readonly<Record<string, number>>;

/** Least of what is better when it is more, most of the others. */
const TARGETS: DevnetFigures = {
  "slotsPerSecond.64": 8,
  "seconds.depositToActive": 15,
  "memoryMiB.chain": 400,
  "memoryMiB.all": 850,
};
/**
 * How much worse a figure may become, as a part of it. Times are of whatever else the machine does, by far the most;
 * memory differs by when garbage is collected.
 */
const TOLERANCES: readonly (readonly [prefix: string, tolerance: number])[] = [
  ["slotsPerSecond", 0.6],
  ["seconds", 1.5],
  ["memoryMiB", 0.2],
];

/** What is worse than it may be. The proportional share of memory depends on what else runs: it fails nothing. */
export function findFailures(kept: DevnetFigures, measured: DevnetFigures): string[] {
  const failures: string[] = [];
  for (const [name, before] of Object.entries(kept)) {
    const tolerance = TOLERANCES.find(([prefix]) => name.startsWith(`${prefix}.`))?.[1];
    const value = measured[name];
    if (tolerance === undefined) continue;
    const worst = isRate(name) ? before * (1 - tolerance) : before * (1 + tolerance);
    const isWorse = value === undefined || (isRate(name) ? value < worst : value > worst);
    if (isWorse) failures.push(`${name} was ${before}, is ${value}, may be ${worst.toFixed(1)}`);
  }
  return failures;
}

/** A table of figures: kept, measured, target. */
export function formatDevnetFigures(kept: DevnetFigures, measured: DevnetFigures): string {
  const table = new Table({ head: ["", "old", "new", "target"], style: { head: [], border: [] } });
  const show = (value: number | undefined, sign = "") => ({
    content: value === undefined ? "-" : `${sign}${value.toLocaleString("en")}`,
    hAlign: "right" as const,
  });
  for (const [name, value] of Object.entries(measured))
    table.push([name, show(kept[name]), show(value), show(TARGETS[name], isRate(name) ? "≥ " : "≤ ")]);
  return table.toString();
}

function isRate(name: string): boolean {
  return name.startsWith("slotsPerSecond.");
}
