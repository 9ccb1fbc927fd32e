import Table from "cli-table3";

/** What `benchmark/oracle.json` holds, by name. */
export type OracleFigures = Readonly<Record<string, number>>;

/** Most of each figure; those by the clock are for quiet machines. */
const TARGETS: OracleFigures = {
  "seconds.work.ssz.100000": 1.5,
  "seconds.cpu.ssz.100000": 1.5,
  "memoryMiB.ssz.100000": 700,
  "seconds.cpu.post.10000": 0.5,
  "memoryMiB.post.10000": 150,
};
/**
 * How much worse a figure may become, as a part of it. Times are of whatever else the machine does, by far the most;
 * memory differs by when garbage is collected.
 */
const TOLERANCES: readonly (readonly [prefix: string, tolerance: number])[] = [
  ["seconds.cpu", 1],
  ["memoryMiB", 0.2],
];
/**
 * How much higher the line through what a soak held may end than it begins. Caches fill late, and so do the connections
 * that are kept, up to 33 for each of two nodes; what is lost with every report would be 20 files or more.
 */
const GROWTH: OracleFigures = { heapMiB: 2, openFiles: 8 };

/**
 * What is worse than it may be. Times by the clock fail nothing: they count what the server does, and whoever else is
 * busy.
 */
export function findFailures(kept: OracleFigures, measured: OracleFigures): string[] {
  const failures: string[] = [];
  for (const [name, before] of Object.entries(kept)) {
    const tolerance = TOLERANCES.find(([prefix]) => name.startsWith(`${prefix}.`))?.[1];
    const value = measured[name];
    if (value === undefined) failures.push(`${name} was ${before}, and is not measured any more`);
    else if (tolerance !== undefined && value > before * (1 + tolerance))
      failures.push(`${name} was ${before}, is ${value}, may be ${(before * (1 + tolerance)).toFixed(2)}`);
  }
  for (const [name, target] of Object.entries(TARGETS)) {
    const value = measured[name];
    const isByClock = name.startsWith("seconds.work.");
    if (!isByClock && value !== undefined && value > target) failures.push(`${name} is ${value}, must be ${target}`);
  }
  for (const [what, growth] of Object.entries(GROWTH)) {
    const [begin, end] = ["begin", "end"].map((moment) => measured[`soak.${what}.${moment}`]);
    if (begin === undefined || end === undefined) failures.push(`soak.${what} is not measured`);
    else if (end > begin + growth) failures.push(`soak.${what} grows from ${begin} to ${end}, may grow by ${growth}`);
  }
  return failures;
}

/** A table of figures: kept, measured, target. */
export function formatOracleFigures(kept: OracleFigures, measured: OracleFigures): string {
  const table = new Table({ head: ["", "old", "new", "target"], style: { head: [], border: [] } });
  const show = (value: number | undefined, sign = "") => ({
    content: value === undefined ? "-" : `${sign}${value.toLocaleString("en")}`,
    hAlign: "right" as const,
  });
  for (const [name, value] of Object.entries(measured))
    table.push([name, show(kept[name]), show(value), show(TARGETS[name], "≤ ")]);
  return table.toString();
}
