import { fetchClusterHistories } from "../../clients/clusterHistories.ts";
import type { ClusterStatuses } from "../../clients/clusterStatus.ts";
import { writeText } from "../../clients/files.ts";
import { showHidden } from "../../src/units/hiddenText.ts";
import type { PrintableRecord } from "../output.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { clusterData } from "./pageData.ts";
import { renderPage } from "./renderPage.ts";

/** What a task has found out, and where it comes from. */
export interface PageContent {
  readonly title: string;
  /** What the task prints. */
  readonly report: PrintableRecord & {
    readonly account: string;
    readonly blockNumber: number;
    readonly minRunwayBlocks: bigint;
  };
  /** The clusters that are to be drawn, in the order of the report. */
  readonly statuses: ClusterStatuses;
}

/**
 * Writes what a task shows as a page, with balances and runways over time.
 * @param path Nothing happens without one.
 * @throws {FileError} If it cannot be written any more.
 */
export async function writePage(
  { ssvNetwork, chainId }: SSVConnection,
  path: string | undefined,
  { title, report, statuses }: PageContent,
  terminal: Terminal,
): Promise<void> {
  if (path === undefined) return;
  const { histories, times } = await fetchClusterHistories(ssvNetwork, statuses);
  const clusters = statuses.clusters.flatMap((cluster, i) => {
    const history = histories[i];
    return history === undefined ? [] : [clusterData(cluster, history, times)];
  });
  const page = renderPage({
    title,
    report,
    chainId,
    blockAt: times.get(report.blockNumber) ?? 0n,
    madeAt: BigInt(Math.floor(Date.now() / 1_000)),
    clusters,
  });
  writeText(path, "html", page);
  terminal.note(`wrote ${showHidden(path)}`);
}
