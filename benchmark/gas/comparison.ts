import Table from "cli-table3";

import type { Figures } from "./suite.ts";

/** Most that an operation may cost, or that a contract may be large. */
export const TARGETS: Figures = {
  "deposit.first": 53_100,
  "deposit.repeat": 36_000,
  "receive.repeat": 36_000,
  "transfer.existing": 38_500,
  "transferShares.existing": 38_500,
  "wrapped.transfer": 34_600,
  "approve.new": 46_500,
  "permit.repeat": 42_500,
  "request.repeat": 78_000,
  "claim.n1": 48_500,
  "claim.n10": 142_000,
  "report.5of9": 112_000,
  "report.5of9.finalize": 165_000,
  "activate.marginal": 101_000,
  "cluster.fund": 82_000,
  "cluster.topUp": 150_000,
  "cluster.withdraw": 148_000,
  "cluster.reactivate": 205_000,
  "validators.exit.n10": 171_000,
  "validators.remove.n10": 300_000,
};
/** An activation of all keys of a batch, together with the registration of the batch. */
const LIFECYCLE_TARGETS: Figures = { "activate.n10": 1_330_000, "activate.n32": 3_560_000 };
const SIZE_LIMIT = 20_480;
/** Changes up to here, as a part of the figure before, are none: key shares are random bytes, and zeros are cheaper. */
const TOLERANCE = 0.005;

/** How figures compare with those kept. */
export interface Comparison {
  /** What worsened, and contracts that are too large. */
  readonly failures: string[];
  /** What improved, appeared or went away, so that the file is to be written again. */
  readonly outdated: string[];
}

/** The most that a figure may be, if anything limits it. */
export function targetOf(name: string, figures: Figures): number | undefined {
  if (name.startsWith("size.")) return SIZE_LIMIT;
  const lifecycle = LIFECYCLE_TARGETS[name];
  const registration = figures["batch.register"];
  if (lifecycle !== undefined && registration !== undefined) return lifecycle - registration;
  return TARGETS[name];
}

/** Compares figures with those kept and with their targets. */
export function compare(kept: Figures, measured: Figures): Comparison {
  const failures: string[] = [];
  const outdated = Object.keys(kept).filter((name) => !(name in measured));
  for (const [name, value] of Object.entries(measured)) {
    const before = kept[name];
    const target = targetOf(name, measured);
    if (before === undefined || value < before * (1 - TOLERANCE)) outdated.push(name);
    if (before !== undefined && value > before * (1 + TOLERANCE)) failures.push(`${name} was ${before}, is ${value}`);
    if (name.startsWith("size.") && target !== undefined && value > target)
      failures.push(`${name} is ${value}, may be ${target}`);
  }
  return { failures, outdated };
}

/** A table of figures: kept, measured, target. */
export function formatFigures(kept: Figures, measured: Figures): string {
  const table = new Table({ head: ["", "old", "new", "target"], style: { head: [], border: [] } });
  const show = (value: number | undefined) => ({
    content: value?.toLocaleString("en") ?? "-",
    hAlign: "right" as const,
  });
  for (const [name, value] of Object.entries(measured))
    table.push([name, show(kept[name]), show(value), show(targetOf(name, measured))]);
  return table.toString();
}
