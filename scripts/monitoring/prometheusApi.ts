/** One series of an answer: its labels, and its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An alert as Prometheus has read it. */
export interface AlertRule {
  readonly name: string;
  readonly expression: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Unknown until it was evaluated. */
  readonly state: "inactive" | "pending" | "firing" | "unknown";
  /** Why its expression could not be evaluated, if so. */
  readonly problem: string | undefined;
}

/** Where metrics are read. */
export interface Target {
  readonly address: string;
  readonly isUp: boolean;
  /** Why it could not be read, if so. */
  readonly problem: string | undefined;
}

type Answer<T> = { status: "success"; data: T } | { status: "error"; error: string };
type Vector = { metric: Record<string, string>; value: [number, string] }[];
interface Rule {
  name: string;
  query: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  state: AlertRule["state"];
  health: string;
  lastError?: string;
}
interface Targets {
  activeTargets: { scrapeUrl: string; health: string; lastError: string }[];
}

const LIMIT_MS = 15_000;

/**
 * Evaluates an expression now.
 * @throws What Prometheus says against it.
 */
export async function queryPrometheus(url: string, expression: string): Promise<Sample[]> {
  type Result = { resultType: "vector"; result: Vector } | { resultType: "scalar"; result: [number, string] };
  const answer = await ask<Result>(url, "query", { query: expression });
  if (answer.resultType === "scalar") return [{ labels: {}, value: Number(answer.result[1]) }];
  return answer.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** All alerts of the files of rules that it has read. */
export async function fetchAlertRules(url: string): Promise<AlertRule[]> {
  const { groups } = await ask<{ groups: { rules: Rule[] }[] }>(url, "rules", { type: "alert" });
  return groups.flatMap(({ rules }) =>
    rules.map(({ name, query, labels = {}, annotations = {}, state, health, lastError }) => ({
      name,
      expression: query,
      labels,
      annotations,
      state,
      problem: health === "err" ? (lastError ?? "") : undefined,
    })),
  );
}

/** The daemons that it reads, and whether it can. */
export async function fetchTargets(url: string): Promise<Target[]> {
  const { activeTargets } = await ask<Targets>(url, "targets", { state: "active" });
  return activeTargets.map(({ scrapeUrl, health, lastError }) => ({
    address: scrapeUrl,
    isUp: health === "up",
    problem: lastError === "" ? undefined : lastError,
  }));
}

/** Names of all metrics that it has seen. */
export async function fetchMetricNames(url: string): Promise<string[]> {
  return ask<string[]>(url, "label/__name__/values", {});
}

async function ask<T>(url: string, method: string, parameters: Record<string, string>): Promise<T> {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`${url}/api/v1/${method}?${query}`, { signal: AbortSignal.timeout(LIMIT_MS) });
  const answer = (await response.json()) as Answer<T>;
  if (answer.status === "error") throw new Error(`${method}: ${answer.error} (${query})`);
  return answer.data;
}
