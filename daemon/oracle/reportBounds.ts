import { fetchExecutionPart, forecastReport, type ReportForecast } from "../../clients/report.ts";
import { chainOf } from "../../clients/committee.ts";
import type { ObservedPool } from "../../clients/observation.ts";
import type { Report } from "../../src/oracle/messages.ts";
import { BASIS_POINTS } from "../../src/pool/arithmetic.ts";
import type { Outcome } from "../../src/pool/outcome.ts";
import { checkCounters, checkLoss, type LastReport } from "../../src/pool/reportChecks.ts";
import { Committee__factory } from "../../typechain-types/index.ts";
import { ReportRefusal } from "./reportRefusal.ts";

/** What the contract will make of a report. */
export interface BoundedReport {
  readonly forecast: ReportForecast;
  /** Whether it books a loss that takes two thirds of the members. */
  readonly needsSupermajority: boolean;
}

/** Above it, a loss takes two thirds of the members; basis points of the pool. */
const QUORUM_LOSS = 5n;

/**
 * Makes sure that the contract would take a report as the newest block has it, if all members signed it. Gains beyond
 * the bounds are no reason to refuse: the contract keeps them for later.
 * @throws {ReportRefusal} If it would not.
 */
export async function requireInBounds(
  { accounting, poolETH }: ObservedPool["pool"],
  report: Report,
  last: LastReport,
): Promise<BoundedReport> {
  const committee = Committee__factory.connect(await poolETH.committee(), chainOf(poolETH));
  const [execution, policy, bounds, members, quorum, forecast] = await Promise.all([
    fetchExecutionPart(poolETH, "latest"),
    accounting.policy(),
    poolETH.rebaseState(),
    committee.members(),
    committee.QUORUM(),
    forecastReport(accounting, poolETH, report),
  ]);
  refuseBy(checkCounters(report, last, execution.stakedWei, execution.vaultsReceivedWei));
  const loss = -(forecast.rewards + last.deferredRewards);
  if (loss <= 0n) return { forecast, needsSupermajority: false };
  const all = BigInt(members.length);
  const limits = {
    maxLossBasisPoints: policy.maxLossBasisPoints,
    newlyLostKeys: report.lostKeys - last.lostKeys,
    announcedLoss: bounds.announcedLoss,
  };
  refuseBy(checkLoss(loss, bounds.pooledEther, { signers: all, members: all, quorum }, limits));
  return { forecast, needsSupermajority: loss * BASIS_POINTS > bounds.pooledEther * QUORUM_LOSS };
}

function refuseBy(outcome: Outcome<null>): void {
  if (outcome.ok) return;
  const { error, args } = outcome.refusal;
  const [remedy, field] =
    error === "ReportedLossAboveLimit"
      ? ["find out why the validators lost it; if it is real, the pool's administrator has to announce it", "loss"]
      : ["ask other nodes, and find out what the last report rested on", "report"];
  throw new ReportRefusal("bounds", field, args.map(String).join(", "), `would be refused with ${error}`, remedy);
}
