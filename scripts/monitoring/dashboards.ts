import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where a panel stands, in Grafana's columns and rows. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A panel with queries. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string | undefined;
  /** As Grafana names units. */
  readonly unit: string | undefined;
  readonly place: Place;
  /** In PromQL with Grafana's variables. */
  readonly queries: readonly string[];
}

/** A dashboard of `monitoring/dashboards`. */
export interface Dashboard {
  readonly file: string;
  readonly title: string;
  /** Rows among them, which have no queries. */
  readonly panels: readonly Panel[];
}

interface GrafanaPanel {
  id: number;
  title: string;
  description?: string;
  gridPos: Place;
  fieldConfig?: { defaults: { unit?: string } };
  targets?: { expr: string }[];
}

/** Files of Grafana's dashboards. */
export const DASHBOARDS = fileURLToPath(new URL("../../monitoring/dashboards", import.meta.url));

/** Reads all dashboards. */
export function readDashboards(): Dashboard[] {
  return readdirSync(DASHBOARDS).map((file) => {
    const { title, panels } = JSON.parse(readFileSync(`${DASHBOARDS}/${file}`, "utf8")) as {
      title: string;
      panels: GrafanaPanel[];
    };
    return { file, title, panels: panels.map(readPanel) };
  });
}

/**
 * A panel's query as Grafana asks it with everything chosen.
 * @param window What rates are taken over, such as `1m`: four readings at the least.
 */
export function plainQuery(query: string, window: string): string {
  return query.replaceAll("$__rate_interval", window).replaceAll(/\$(?:pool|instance)\b/g, ".*");
}

function readPanel({ id, title, description, gridPos, fieldConfig, targets = [] }: GrafanaPanel): Panel {
  const queries = targets.map(({ expr }) => expr);
  return { id, title, description, unit: fieldConfig?.defaults.unit, place: gridPos, queries };
}
