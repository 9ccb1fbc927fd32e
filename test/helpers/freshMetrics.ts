import { DaemonMetrics } from "../../daemon/service/metrics.ts";

/** Metrics of a daemon, and how a test reads them. */
export interface FreshMetrics {
  readonly metrics: DaemonMetrics;
  /** Lines of a metric as Prometheus gets them, without what explains it. */
  readonly lines: (name: string) => Promise<string[]>;
}

/** Metrics that nobody has counted in. */
export function freshMetrics(): FreshMetrics {
  const metrics = new DaemonMetrics();
  return {
    metrics,
    lines: async (name) => (await metrics.registry.metrics()).split("\n").filter((line) => line.startsWith(name)),
  };
}
