import { BeaconNode } from "../../clients/beaconNode.ts";
import { ExecutionError, FailoverProvider } from "../../clients/failoverProvider.ts";
import type { CommonConfig } from "../config/commonConfig.ts";
import type { DaemonMetrics } from "./metrics.ts";

/** The nodes that a daemon asks. */
export interface Connections {
  readonly provider: FailoverProvider;
  readonly beacons: readonly BeaconNode[];
}

/** Longest time for one answer of an execution node, milliseconds; those of beacon nodes may take by what they are. */
const TIMEOUT = 20_000;

/**
 * Connects to the nodes of a configuration, and counts what they are asked.
 * @throws {ExecutionError} If no execution node answers, they are of different chains, or know no block so far on as the
 *   one in which the pool begins.
 */
export async function connectNodes(
  { execution, beacon, startBlock }: Pick<CommonConfig, "execution" | "beacon" | "startBlock">,
  metrics: DaemonMetrics,
  signal: AbortSignal,
): Promise<Connections> {
  const labels = ["endpoint", "result"];
  const requests = metrics.counter("endpoint_requests_total", "Requests to nodes by how they ended", labels);
  const count = (endpoint: string, result: string): void => {
    requests.inc({ endpoint, result });
  };
  const provider = await FailoverProvider.connect(execution, { timeout: TIMEOUT, signal, onRequest: count });
  const newest = await provider.getBlockNumber();
  if (startBlock > newest)
    throw new ExecutionError(
      "startBlock",
      `${startBlock}`,
      `is after the newest block, ${newest}`,
      "correct it, or wait until the execution node is synced",
    );
  const beacons = beacon.map((text) => {
    const url = new URL(text);
    const onRequest = count.bind(undefined, url.host);
    return new BeaconNode({ url, field: "beacon", onRequest });
  });
  return { provider, beacons };
}
