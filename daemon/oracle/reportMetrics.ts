import type { Gauge } from "prom-client";

import type { DaemonMetrics } from "../service/metrics.ts";

/** What an oracle member shows of its reports. */
export interface ReportMetrics {
  /** Reference slot of the newest report that was collected and found to be right. */
  readonly referenceSlot: Gauge;
  readonly validatorsBalance: Gauge;
  readonly pendingBalance: Gauge;
  readonly vaultsReceived: Gauge;
  /** By state of the keys. */
  readonly keys: Gauge;
  /** Keys that the pool staked to and the beacon state accounts for no more; a report with one is refused. */
  readonly keysMissing: Gauge;
  /** Negative for what is missing; a report with any is refused. */
  readonly residue: Gauge;
  readonly agreeingNodes: Gauge;
}

const registered = new WeakMap<DaemonMetrics, ReportMetrics>();

/** The metrics of reports of a daemon, registered once. */
export function reportMetrics(metrics: DaemonMetrics): ReportMetrics {
  const known = registered.get(metrics);
  if (known !== undefined) return known;
  const made: ReportMetrics = {
    referenceSlot: metrics.gauge("report_reference_slot", "Reference slot of the newest report that was found right"),
    validatorsBalance: metrics.gauge("validators_balance_gwei", "Balances of the pool's validators in that report"),
    pendingBalance: metrics.gauge("pending_balance_gwei", "The pool's pending deposits in that report"),
    vaultsReceived: metrics.gauge("vaults_received_wei", "Ether that the vaults ever received in that report"),
    keys: metrics.gauge("keys_count", "Keys that the pool staked to, by what has become of them", ["state"]),
    keysMissing: metrics.gauge("keys_missing_count", "Keys that the newest beacon state does not account for"),
    residue: metrics.gauge("conservation_residue_gwei", "What flows and duties do not explain; negative if missing"),
    agreeingNodes: metrics.gauge("agreeing_nodes_count", "Beacon nodes that gave the same report"),
  };
  registered.set(metrics, made);
  return made;
}
