import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Metrics of one daemon. Each name begins with `pooleth_` and ends in its unit. */
export class DaemonMetrics {
  readonly registry = new Registry();

  /** It is not shown before it has a value: zero would be one. */
  gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    const gauge = new Gauge({ name: `pooleth_${name}`, help, labelNames, registers: [this.registry] });
    if (labelNames.length === 0) gauge.remove();
    return gauge;
  }

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `pooleth_${name}`, help, labelNames, registers: [this.registry] });
  }

  histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    return new Histogram({ name: `pooleth_${name}`, help, labelNames, buckets, registers: [this.registry] });
  }
}
