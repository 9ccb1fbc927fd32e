import type { Counter, Gauge } from "prom-client";

import type { DaemonMetrics } from "../service/metrics.ts";
import type { ActionName } from "./keeperAction.ts";
import type { PoolFigures } from "./poolFigures.ts";

/** What became of an errand, or of an action that could not look. */
export type ActionResult = "mined" | "reverted" | "skipped" | "lost" | "dry_run" | "failed";

/** What the keeper shows of itself and the pool. */
export class KeeperMetrics {
  readonly #actions: Counter;
  readonly #runway: Gauge;
  readonly #effectiveBalance: Gauge;
  readonly #figures: Record<Exclude<keyof PoolFigures, "clusters">, Gauge>;

  constructor(metrics: DaemonMetrics) {
    this.#actions = metrics.counter("actions_total", "Errands of the keeper, by what became of them", [
      "action",
      "result",
    ]);
    this.#runway = metrics.gauge("cluster_runway_seconds", "Until anybody may liquidate, at the largest balance", [
      "cluster",
    ]);
    this.#effectiveBalance = metrics.gauge("cluster_effective_balance_gwei", "As ssv.network bills it", ["cluster"]);
    this.#figures = {
      liquidatedClusters: metrics.gauge("clusters_liquidated_count", "Clusters with validators that are liquidated"),
      reserveWei: metrics.gauge("reserve_wei", "Operating reserve"),
      freeEtherWei: metrics.gauge("free_ether_wei", "Ether that may be staked now"),
      keysAvailable: metrics.gauge("keys_available_count", "Registered keys that wait"),
      unfinalizedWei: metrics.gauge("queue_unfinalized_wei", "Worth of the withdrawals that wait"),
      oldestRequestSeconds: metrics.gauge("queue_oldest_age_seconds", "Since the first of the withdrawals that wait"),
      lastRebaseSeconds: metrics.gauge("last_rebase_age_seconds", "Since the last report"),
      walletWei: metrics.gauge("wallet_balance_wei", "Ether of the account that sends"),
      spentWei: metrics.gauge("spent_wei", "Spent on gas and fees within 24 hours, reverted transactions too"),
    };
  }

  count(action: ActionName, result: ActionResult): void {
    this.#actions.inc({ action, result });
  }

  /** Shows the pool as it stands. */
  show({ clusters, ...figures }: PoolFigures): void {
    for (const [name, gauge] of Object.entries(this.#figures)) {
      const value = figures[name as keyof typeof figures];
      if (value !== undefined) gauge.set(Number(value));
    }
    this.#runway.reset();
    this.#effectiveBalance.reset();
    for (const { name, runwaySeconds, effectiveBalanceGwei } of clusters) {
      this.#runway.set({ cluster: name }, runwaySeconds === null ? Infinity : Number(runwaySeconds));
      this.#effectiveBalance.set({ cluster: name }, Number(effectiveBalanceGwei));
    }
  }
}
