import { readFileSync } from "node:fs";

/** A metric that daemons serve. */
export interface ListedMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly daemon: "oracle" | "keeper" | "both";
  readonly labels: readonly string[];
}

/** Names of metrics that are of the process alone, as prom-client collects them; the list leaves them out. */
export const OF_PROCESS = /^pooleth_(?:process|nodejs)_/;

const DOCUMENT = new URL("../../docs/daemons/monitoring.md", import.meta.url);
const ROW = /^\| `(pooleth_\w+)`\s*\| (counter|gauge|histogram)\s*\| (both|oracle|keeper)\s*\| (?:`([\w, ]*)`)?/gm;
const ENDINGS = ["bucket", "sum", "count"];

/** All metrics, as docs/daemons/monitoring.md lists them. */
export function listMetrics(): ListedMetric[] {
  return [...readFileSync(DOCUMENT, "utf8").matchAll(ROW)].map(([, name = "", type, daemon, labels = ""]) => ({
    name,
    type: type as ListedMetric["type"],
    daemon: daemon as ListedMetric["daemon"],
    labels: labels.split(", ").filter((label) => label !== ""),
  }));
}

/**
 * Names of the metrics that an expression refers to.
 * @param listed Tells what is a histogram, whose series have longer names than itself.
 */
export function metricsOf(expression: string, listed: readonly ListedMetric[]): string[] {
  const base = (series: string) =>
    listed.find(({ name, type }) => type === "histogram" && ENDINGS.some((ending) => series === `${name}_${ending}`))
      ?.name ?? series;
  return [...new Set((expression.match(/\bpooleth_\w+/g) ?? []).map(base))];
}
