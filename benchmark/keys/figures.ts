import Table from "cli-table3";

/** What `benchmark/keys.json` holds. */
export interface KeyFigures {
  readonly "ours.perSecondPerCore": number;
  readonly "ours.perSecondTwoCores": number;
  readonly "ssvKeys.perSecondPerCore": number;
  /** Of the rates per core. */
  readonly ratio: number;
  /** Of our process with one thread. */
  readonly peakRssMiB: number;
}

const TARGETS: Partial<KeyFigures> = { "ours.perSecondPerCore": 600, ratio: 9, peakRssMiB: 250 };
/**
 * How much smaller the ratio may become. Both rates are taken of the same machine within a minute, but one is of native
 * code and the other of WebAssembly and JavaScript, which processors and busy neighbours do not slow down alike.
 */
const RATIO_TOLERANCE = 0.25;
const MAX_RSS_MIB = 250;

/** What is worse than it may be. Rates alone are no failure: machines differ. */
export function findFailures(kept: KeyFigures | undefined, measured: KeyFigures): string[] {
  const failures: string[] = [];
  const least = (kept?.ratio ?? 0) * (1 - RATIO_TOLERANCE);
  if (measured.ratio < least)
    failures.push(`ratio was ${kept?.ratio}, is ${measured.ratio}, may be ${least.toFixed(1)}`);
  if (measured.peakRssMiB > MAX_RSS_MIB) failures.push(`peakRssMiB is ${measured.peakRssMiB}, may be ${MAX_RSS_MIB}`);
  return failures;
}

/** A table of figures: kept, measured, target. */
export function formatKeyFigures(kept: KeyFigures | undefined, measured: KeyFigures): string {
  const table = new Table({ head: ["", "old", "new", "target"], style: { head: [], border: [] } });
  const show = (value: number | undefined) => ({
    content: value?.toLocaleString("en") ?? "-",
    hAlign: "right" as const,
  });
  for (const name of Object.keys(measured) as (keyof KeyFigures)[])
    table.push([name, show(kept?.[name]), show(measured[name]), show(TARGETS[name])]);
  return table.toString();
}
