import { toCell, type PrintableRecord } from "../output.ts";
import { escapeHtml, toScriptJson, toTable } from "./html.ts";
import { drawingParts, fillPage } from "./pageParts.ts";

/** A chart with lines, areas upon one another, or steps. */
export interface TimelineChart {
  readonly caption: string;
  readonly kind: "lines" | "stack" | "steps";
  readonly unit: string;
  /** Decimals that are shown. */
  readonly digits: number;
  /** Whether the axis begins at zero. */
  readonly isFromZero: boolean;
  readonly labels: readonly string[];
  /** For each label its values at the times of the page; null where there is none. */
  readonly columns: readonly (readonly (number | null)[])[];
}

/** A table of a page, below its charts. */
export interface TimelineTable {
  readonly caption: string;
  readonly rows: readonly PrintableRecord[];
}

/** What a page with charts over the same times shows. */
export interface Timeline {
  readonly title: string;
  /** A sentence or two. */
  readonly summary: string;
  /** Seconds, of the page itself. */
  readonly madeAt: bigint;
  /** Seconds, ascending. */
  readonly times: readonly bigint[];
  /** What is marked in all charts, seconds. */
  readonly marks: readonly { readonly at: bigint; readonly text: string }[];
  readonly charts: Readonly<Record<string, TimelineChart>>;
  readonly tables: readonly TimelineTable[];
}

/** Charts have as many colours. */
const MOST_LINES = 6;

/** A page that needs nothing but itself: no request leaves the browser, and its policy forbids any. */
export function renderTimeline(timeline: Timeline): string {
  const { title, summary, madeAt, times, marks, charts, tables } = timeline;
  for (const [name, chart] of Object.entries(charts)) requireWhole(name, chart, times.length);
  return fillPage("timeline.html", {
    TITLE: escapeHtml(title),
    SUMMARY: escapeHtml(summary),
    MADE_TIME: toCell("madeAt", madeAt),
    CHARTS: Object.entries(charts)
      .map(([name, { caption }]) => renderChart(name, caption))
      .join("\n"),
    SECTIONS: tables.map(renderTable).join("\n"),
    DATA: toScriptJson({
      times: [...times],
      marks: [...marks],
      charts: Object.fromEntries(Object.entries(charts).map(([name, chart]) => [name, { ...chart }])),
    }),
    ...drawingParts("timeline.js", "timeline.css"),
  });
}

function requireWhole(name: string, { labels, columns }: TimelineChart, points: number): void {
  if (labels.length !== columns.length || labels.length > MOST_LINES)
    throw new Error(
      `chart ${name} has ${labels.length} labels for ${columns.length} columns, of ${MOST_LINES} at most`,
    );
  const wrong = columns.find((column) => column.length !== points);
  if (wrong !== undefined) throw new Error(`chart ${name} has ${wrong.length} values for ${points} times`);
}

function renderChart(name: string, caption: string): string {
  const label = escapeHtml(`${caption} over time; the tables below have the figures`);
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption><div class="chart" data-chart="${escapeHtml(name)}" role="img" aria-label="${label}"></div></figure>`;
}

function renderTable({ caption, rows }: TimelineTable): string {
  const name = escapeHtml(caption);
  const content = rows.length === 0 ? "<p>None.</p>" : toTable(caption, rows);
  return `<section>
<h2>${name}</h2>
<details><summary>${rows.length} rows</summary>
${content}
</details>
</section>`;
}
