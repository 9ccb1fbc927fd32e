import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { DaemonMetrics } from "../../daemon/service/metrics.ts";
import type { ListedMetric } from "../../scripts/monitoring/metricList.ts";

/** A server of metrics. */
export interface SampleDaemon {
  readonly url: string;
  stop(): Promise<void>;
}

/** Values of labels that expressions choose by. */
const VALUES: Partial<Record<string, readonly string[]>> = {
  state: ["active", "exited", "slashed"],
  result: ["succeeded", "failed", "mined"],
};
const BUCKETS = [0.1, 1, 10];

/** Serves the given metrics as a daemon does: each with a value of its type, and with its labels. */
export async function startSampleDaemon(metrics: readonly ListedMetric[]): Promise<SampleDaemon> {
  const registry = fill(metrics);
  const server = createServer((request, response) => {
    void registry.metrics().then((text) => {
      response.writeHead(request.url === "/metrics" ? 200 : 404, { "content-type": registry.contentType }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function fill(metrics: readonly ListedMetric[]) {
  const daemon = new DaemonMetrics();
  for (const { name, type, labels } of metrics) {
    const short = name.replace("pooleth_", "");
    const series = labels.reduce<Record<string, string>[]>(
      (sets, label) => sets.flatMap((set) => (VALUES[label] ?? ["x"]).map((value) => ({ ...set, [label]: value }))),
      [{}],
    );
    const value = name.includes("timestamp") ? Date.now() / 1_000 : 1;
    if (type === "gauge") {
      const gauge = daemon.gauge(short, name, [...labels]);
      for (const set of series) gauge.set(set, value);
    }
    if (type === "counter") {
      const counter = daemon.counter(short, name, [...labels]);
      for (const set of series) counter.inc(set);
    }
    if (type === "histogram") {
      // A round with each reading, so that there is a rate.
      const histogram = daemon.histogram(short, name, BUCKETS);
      const read = daemon.registry.metrics.bind(daemon.registry);
      daemon.registry.metrics = () => {
        histogram.observe(0.5);
        return read();
      };
    }
  }
  return daemon.registry;
}
