import { toCell, type PrintableRecord } from "../output.ts";
import { escapeHtml, toScriptJson, toTable, toTables } from "./html.ts";
import type { ClusterData } from "./pageData.ts";
import { drawingParts, fillPage } from "./pageParts.ts";

/** What a page shows. */
export interface Page {
  readonly title: string;
  /** What the task prints. */
  readonly report: PrintableRecord & {
    readonly account: string;
    readonly blockNumber: number;
    readonly minRunwayBlocks: bigint;
  };
  readonly chainId: bigint;
  /** Time in seconds of the block. */
  readonly blockAt: bigint;
  /** Time in seconds at which the page is made. */
  readonly madeAt: bigint;
  readonly clusters: readonly ClusterData[];
}

const CHARTS = [
  ["balance", "Balance, ETH"],
  ["runway", "Runway, days"],
] as const;

/** A page that needs nothing but itself: no request leaves the browser, and its policy forbids any. */
export function renderPage(page: Page): string {
  const { title, report, chainId, blockAt, madeAt, clusters } = page;
  const { account, blockNumber, minRunwayBlocks } = report;
  const parts: Readonly<Record<string, string>> = {
    TITLE: escapeHtml(title),
    ACCOUNT: escapeHtml(account),
    CHAIN: `${chainId}`,
    BLOCK: `${blockNumber}`,
    BLOCK_TIME: toCell("blockAt", blockAt),
    MADE_TIME: toCell("madeAt", madeAt),
    FIGURES: toTables("Figures", report),
    CLUSTERS: clusters.map(renderCluster).join("\n"),
    DATA: toScriptJson({ account, chainId, blockNumber, blockAt, madeAt, minRunwayBlocks, clusters }),
    ...drawingParts("charts.js"),
  };
  return fillPage("page.html", parts);
}

function renderCluster(cluster: ClusterData, position: number): string {
  const { operators, condition, points, changes, exactFromBlock } = cluster;
  const name = operators.join(", ");
  const first = points[0]?.blockNumber ?? exactFromBlock;
  const inexact =
    exactFromBlock > first
      ? `<p class="note">Before block ${exactFromBlock} the logs do not explain every balance: lines join those that are known.</p>`
      : "";
  const charts = CHARTS.map(([kind, caption]) => {
    const label = escapeHtml(`${caption} of cluster ${name} over time; the table below has the same figures`);
    return `<figure><figcaption>${caption}</figcaption><div class="chart" data-cluster="${position}" data-chart="${kind}" role="img" aria-label="${label}"></div></figure>`;
  });
  const tables = [
    points.length === 0 ? "" : toTable("Balance and runway over time", points),
    changes.length === 0 ? "<p>No fee has changed since.</p>" : toTable("Changes of fees and terms", changes),
  ];
  return `<section>
<h2>Cluster ${escapeHtml(name)}</h2>
<p>${escapeHtml(condition)}</p>
${inexact}
${charts.join("\n")}
<details><summary>The same in figures, with all changes of fees</summary>
${tables.join("\n")}
</details>
</section>`;
}
