import type { Counter, Gauge } from "prom-client";

import type { DaemonMetrics } from "../service/metrics.ts";

/** What an oracle member counts. */
export class MemberMetrics {
  readonly signatures: Counter;
  readonly refusals: Counter;
  readonly peerMessages: Gauge;
  readonly peerRequests: Counter;
  readonly quorumSignatures: Gauge;
  readonly frameDeadline: Gauge;
  readonly lastReportSlot: Gauge;
  readonly finalSlot: Gauge;
  readonly equivocations: Counter;
  readonly walletBalance: Gauge;

  constructor(metrics: DaemonMetrics) {
    this.signatures = metrics.counter("signatures_total", "Messages that this member signed.", ["kind"]);
    this.refusals = metrics.counter("refusals_total", "Rounds in which this member refused to sign or send.", [
      "kind",
      "reason",
    ]);
    this.peerMessages = metrics.gauge("peer_messages_count", "Messages that a peer serves.", ["peer"]);
    this.peerRequests = metrics.counter("peer_requests_total", "Questions to a peer.", ["peer", "result"]);
    this.quorumSignatures = metrics.gauge(
      "quorum_signatures_count",
      "Signatures of the newest message that most members signed.",
      ["kind"],
    );
    this.frameDeadline = metrics.gauge(
      "frame_deadline_seconds",
      "Time of the chain until the report that is due can be applied no more; negative if none is due.",
    );
    this.lastReportSlot = metrics.gauge("last_report_slot", "Reference slot of the last report that was applied.");
    this.finalSlot = metrics.gauge("final_slot", "Newest slot that a beacon node knows to be final.");
    this.equivocations = metrics.counter(
      "equivocations_total",
      "Frames for which a member signed different messages.",
      ["member"],
    );
    this.walletBalance = metrics.gauge("wallet_balance_wei", "Ether of the account that signs and sends.");
  }
}
