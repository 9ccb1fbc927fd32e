import { readFileSync } from "node:fs";

import { collectDefaultMetrics } from "prom-client";
import { z } from "zod";

import { parseJson } from "../../src/units/json.ts";
import type { DaemonMetrics } from "./metrics.ts";

const PACKAGE = new URL("../../package.json", import.meta.url);

/** Metrics of the process: what runs, since when, and what it takes of the machine. */
export function addBuildMetrics(metrics: DaemonMetrics): void {
  const { version } = parseJson(readFileSync(PACKAGE, "utf8"), z.object({ version: z.string() }), "package.json");
  metrics.gauge("build_info", "What runs; always 1", ["version", "node"]).set({ version, node: process.version }, 1);
  metrics.gauge("start_timestamp_seconds", "When the daemon started").setToCurrentTime();
  collectDefaultMetrics({ register: metrics.registry, prefix: "pooleth_" });
}
