import { daysOf, type MaximumFields } from "./commands/clusterFields.ts";
import type { Terminal } from "./terminal.ts";

const [WIDTH, EIGHTHS] = [40, " ▏▎▍▌▋▊▉"];

/** A runway to be drawn. */
export interface DrawnRunway {
  readonly name: string;
  /** Null if it has no end. */
  readonly blocks: bigint | null;
  /** What is written behind the bar. */
  readonly label: string;
}

/** Clusters to be drawn. */
export interface DrawnClusters {
  /** Blocks below which a runway is short. */
  readonly minRunwayBlocks: bigint;
  readonly clusters: readonly (MaximumFields & {
    readonly operators: readonly bigint[];
    readonly condition: string;
    readonly runwayBlocks: bigint | null;
    readonly runwayDays: number | null;
  })[];
}

/**
 * Draws runways as bars, all at the same scale, with a line where they become short.
 * @param minBlocks Blocks below which a runway is short.
 * @returns A line for each, and one that says what the line means.
 */
export function drawRunways(runways: readonly DrawnRunway[], minBlocks: bigint, minimum: string): string {
  const longest = runways.reduce((most, { blocks }) => (blocks !== null && blocks > most ? blocks : most), minBlocks);
  // The line shall have room on both sides.
  const scale = longest < 2n * minBlocks ? 2n * minBlocks : longest;
  const eighths = (blocks: bigint): number => (scale === 0n ? 0 : Number((blocks * BigInt(8 * WIDTH)) / scale));
  const mark = Math.min(WIDTH - 1, Math.floor(eighths(minBlocks) / 8));
  const nameWidth = Math.max(...runways.map(({ name }) => name.length));
  const lines = runways.map(({ name, blocks, label }) => {
    const bar = blocks === null ? "∞".padEnd(WIDTH) : drawBar(eighths(blocks));
    const marked = `${bar.slice(0, mark)}${bar[mark] === " " ? "┊" : (bar[mark] ?? "")}${bar.slice(mark + 1)}`;
    return `${name.padEnd(nameWidth)} ▕${marked}▏ ${label}`;
  });
  return [...lines, `${" ".repeat(nameWidth + 2 + mark)}┊ ${minimum}`].join("\n");
}

/** Draws the runways of clusters, those of a pool at the maximum, for whoever looks at the terminal; results go elsewhere. */
export function drawClusters({ minRunwayBlocks, clusters }: DrawnClusters, terminal: Terminal): void {
  if (clusters.length === 0) return;
  const runways = clusters.map((cluster) => {
    const { operators, condition, runwayBlocksAtMaximum, runwayDaysAtMaximum } = cluster;
    const { runwayBlocks, runwayDays } =
      runwayBlocksAtMaximum === undefined || runwayDaysAtMaximum === undefined
        ? cluster
        : { runwayBlocks: runwayBlocksAtMaximum, runwayDays: runwayDaysAtMaximum };
    return {
      name: operators.join(","),
      blocks: runwayBlocks,
      label: runwayDays === null || condition === "liquidated" ? condition : `${runwayDays} days`,
    };
  });
  terminal.note(drawRunways(runways, minRunwayBlocks, `short below ${daysOf(minRunwayBlocks)} days`));
}

function drawBar(eighths: number): string {
  const [whole, rest] = [Math.floor(eighths / 8), eighths % 8];
  return `${"█".repeat(whole)}${rest === 0 ? "" : (EIGHTHS[rest] ?? "")}`.padEnd(WIDTH);
}
