import { plainQuery, readDashboards } from "./dashboards.ts";
import { queryPrometheus } from "./prometheusApi.ts";

/** What a query of a panel brought. */
export interface PanelAnswer {
  readonly dashboard: string;
  readonly panel: string;
  readonly query: string;
  /** Series with a value; those that are not a number count as none, as Grafana shows nothing then. */
  readonly series: number;
}

/**
 * Asks every query of every panel. Queries that have nothing to show in good times say `or vector(0)`, so that all of
 * them have data where daemons run.
 * @param window What rates are taken over: four readings at the least.
 * @throws Where Prometheus refuses a query, with its words.
 */
export async function queryPanels(prometheusUrl: string, window = "1m"): Promise<PanelAnswer[]> {
  const answers: PanelAnswer[] = [];
  for (const { title, panels } of readDashboards())
    for (const panel of panels)
      for (const query of panel.queries) {
        const samples = await queryPrometheus(prometheusUrl, plainQuery(query, window));
        const series = samples.filter(({ value }) => !Number.isNaN(value)).length;
        answers.push({ dashboard: title, panel: panel.title, query, series });
      }
  return answers;
}
