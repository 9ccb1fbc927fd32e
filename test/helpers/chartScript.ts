import { createContext, runInContext } from "node:vm";

/** What a page gives to its library to draw a chart. */
export interface DrawnChart {
  readonly options: {
    readonly series: readonly {
      readonly label: string;
      value: (chart: unknown, value: number | null, series?: number, at?: number | null) => string;
    }[];
    readonly scales: Readonly<Record<"x" | "y", { range(chart: unknown, from: number, to: number): number[] }>>;
    readonly hooks: { readonly draw: readonly ((chart: unknown) => void)[] };
  };
  /** Times in seconds, and a column for each line. */
  readonly columns: readonly (readonly (number | null)[])[];
}

/** The scripts of a page in their order, by their type. */
export function scriptsOf(page: string): { type: string; text: string }[] {
  return [...page.matchAll(/<script(?: type="([^"]*)" id="data")?>([\s\S]*?)<\/script>/g)].map(
    ([, type = "text/javascript", text = ""]) => ({ type, text }),
  );
}

/** What a page says of its clusters, for its charts. */
export function dataOf(page: string): unknown {
  return JSON.parse(scriptsOf(page).find(({ type }) => type === "application/json")?.text ?? "");
}

/**
 * Runs the last script of a page, in front of a document that has places for charts and nothing else.
 * @param details Those of the page, which the script may open.
 * @param listeners What the script wants to be told, by the names of events.
 * @returns What it hands to the library.
 */
export function runCharts(
  page: string,
  details: readonly { open: boolean }[] = [],
  listeners = new Map<string, () => void>(),
): DrawnChart[] {
  const scripts = scriptsOf(page);
  const charts: DrawnChart[] = [];
  const places = [...page.matchAll(/class="chart"(?:\s+data-cluster="(\d+)")?\s+data-chart="(\w+)"/g)];
  const context = createContext({
    document: {
      documentElement: {},
      getElementById: () => ({ textContent: scripts[0]?.text }),
      querySelectorAll: (selector: string) =>
        selector === "details"
          ? details
          : places.map(([, cluster, chart]) => ({ clientWidth: 600, dataset: { cluster, chart } })),
    },
    addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
    devicePixelRatio: 1,
    getComputedStyle: () => ({ getPropertyValue: (name: string) => name }),
    matchMedia: () => ({ addEventListener: () => undefined }),
    ResizeObserver: class {
      observe(): void {
        // Nothing here has a size.
      }
    },
    // Called with `new`, as a class is.
    uPlot: function (options: DrawnChart["options"], columns: DrawnChart["columns"]) {
      charts.push({ options, columns });
    },
  });
  runInContext(scripts.at(-1)?.text ?? "", context);
  return charts;
}

/** The texts that a chart writes beside its lines for changes, at their places from the left. */
export function labelsOf({ options }: DrawnChart, [from, to]: readonly [number, number]): [at: number, text: string][] {
  const labels: [number, string][] = [];
  let place = 0;
  const methods = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_, name) => (argument: unknown) => {
        if (name === "translate") place = argument as number;
        if (name === "fillText") labels.push([place, argument as string]);
      },
      set: () => true,
    },
  );
  const valToPos = (seconds: number) => (1_000 * (seconds - from)) / (to - from);
  const chart = {
    ctx: methods,
    bbox: { left: 0, top: 0, height: 100 },
    scales: { x: { min: from, max: to } },
    valToPos,
  };
  for (const draw of options.hooks.draw) draw(chart);
  return labels;
}
