import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { listMetrics, metricsOf, OF_PROCESS } from "./metricList.ts";
import { queryPanels, type PanelAnswer } from "./panelQueries.ts";
import { Prometheus } from "./prometheus.ts";
import { fetchAlertRules, fetchMetricNames, fetchTargets, type AlertRule, type Target } from "./prometheusApi.ts";
import type { PrometheusPrograms } from "./prometheusPrograms.ts";

/** What Prometheus makes of daemons. */
export interface MonitoringCheck {
  readonly targets: readonly Target[];
  readonly answers: readonly PanelAnswer[];
  readonly alerts: readonly AlertRule[];
  /** Metrics that the daemons serve and docs/daemons/monitoring.md does not list. */
  readonly unlisted: readonly string[];
  /** Metrics that it lists and none of the daemons serves. */
  readonly unserved: readonly string[];
}

/** The rules of alerts. */
export const ALERT_FILES = fileURLToPath(new URL("../../monitoring/alerts/*.yml", import.meta.url));

const LIFE_SECONDS = 600;

/**
 * Watches daemons for some seconds with a Prometheus of its own, and then asks all panels and alerts.
 * @param seconds From when on all daemons were read once, or could not be.
 */
export async function checkMonitoring(
  programs: PrometheusPrograms,
  targets: readonly string[],
  seconds: number,
): Promise<MonitoringCheck> {
  const options = { targets, rules: [ALERT_FILES], lifeSeconds: seconds + LIFE_SECONDS };
  const prometheus = await Prometheus.start(programs, options);
  try {
    await untilRead(prometheus.url, targets.length);
    await sleep(seconds * 1_000);
    const listed = listMetrics();
    // Prometheus' own metrics of each reading are none of them.
    const names = (await fetchMetricNames(prometheus.url)).flatMap((name) => metricsOf(name, listed));
    return {
      targets: await fetchTargets(prometheus.url),
      answers: await queryPanels(prometheus.url),
      alerts: await fetchAlertRules(prometheus.url),
      unlisted: [...new Set(names)].filter(
        (name) => !OF_PROCESS.test(name) && !listed.some((metric) => metric.name === name),
      ),
      unserved: listed.map(({ name }) => name).filter((name) => !names.includes(name)),
    };
  } finally {
    await prometheus.stop();
  }
}

/** What is wrong, a line for each: daemons that are down, panels without data, alerts that cannot be evaluated. */
export function problemsOf({ targets, answers, alerts }: MonitoringCheck): string[] {
  return [
    ...targets.filter(({ isUp }) => !isUp).map(({ address, problem }) => `${address} cannot be read: ${problem ?? ""}`),
    ...answers
      .filter(({ series }) => series === 0)
      .map(({ dashboard, panel, query }) => `${dashboard}: ${panel}: no data for ${query}`),
    ...alerts
      .filter(({ problem }) => problem !== undefined)
      .map(({ name, problem }) => `${name} cannot be evaluated: ${problem ?? ""}`),
  ];
}

/** Prometheus finds its targets some seconds after its start. */
async function untilRead(url: string, count: number): Promise<void> {
  const isRead = ({ isUp, problem }: Target) => isUp || problem !== undefined;
  for (let waited = 0; waited < 30; waited++) {
    if ((await fetchTargets(url)).filter(isRead).length === count) return;
    await sleep(1_000);
  }
}
