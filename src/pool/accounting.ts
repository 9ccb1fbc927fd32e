import { WEI_PER_GWEI } from "../units/ether.ts";
import { BASIS_POINTS, DAY, least, YEAR } from "./arithmetic.ts";
import { rewardsOf, vaultsReceived, type Books } from "./books.ts";
import { andThen, done, refused, type Outcome } from "./outcome.ts";
import { liftAboveHighWater, rebase, rebaseBounds, type Fees } from "./rebase.ts";
import { checkCounters, checkDue, checkLoss, type LastReport, type ReportFigures, type Votes } from "./reportChecks.ts";
import { settlement, type Settlement } from "./settlement.ts";

/** A report as applied. */
export interface AppliedReport {
  readonly books: Books;
  /** Wei earned since the report before; negative for a loss. */
  readonly rewards: bigint;
  readonly fees: Fees;
}

const COSTS_PERIOD = 7n * DAY;

/** Applies a report at `now`: what `Accounting.applyReport` does but for finalization, which never refuses a report. */
export function applyReport(books: Books, report: ReportFigures, votes: Votes, now: bigint): Outcome<AppliedReport> {
  const { pool, custody, last, clock } = books;
  if (votes.signers < votes.quorum) return refused("QuorumNotReached", votes.signers, votes.quorum);
  const due = checkDue(report.refSlot, last.refSlot, clock, now);
  const counted = andThen(due, () => checkCounters(report, last, custody.totalStaked, vaultsReceived(custody)));
  const settled = andThen(counted, () => settle(books, report, votes, now));
  return andThen(settled, ({ newPooledEther, deferredRewards }) => {
    const { fees, costsChargedAt } = proposeFees(books, newPooledEther, now);
    return andThen(rebase(pool, newPooledEther, fees, now), (rebased) => {
      const next = { ...remember(report), deferredRewards, costsChargedAt };
      return done({ books: { ...books, pool: rebased, last: next }, rewards: rewardsOf(report, last), fees });
    });
  });
}

/** Books what is there to book, where a loss is allowed. */
function settle({ pool, last, policy }: Books, report: ReportFigures, votes: Votes, now: bigint): Outcome<Settlement> {
  const available = rewardsOf(report, last) + last.deferredRewards;
  const bounds = rebaseBounds(pool, now);
  const settled = done(settlement(available, pool.pooledEther, policy.maxGainBasisPoints, bounds));
  if (available >= 0n) return settled;
  const { maxLossBasisPoints } = policy;
  const limits = {
    maxLossBasisPoints,
    newlyLostKeys: report.lostKeys - last.lostKeys,
    announcedLoss: bounds.announcedLoss,
  };
  return andThen(checkLoss(-available, pool.pooledEther, votes, limits), () => settled);
}

/** Fees of a gain: running costs once a week, and the treasury's part of what lies above the high-water mark. */
function proposeFees(
  { pool, last, policy }: Books,
  newPooledEther: bigint,
  now: bigint,
): { readonly fees: Fees; readonly costsChargedAt: bigint } {
  const { treasury, operations } = policy;
  const gain = newPooledEther - pool.pooledEther;
  if (gain <= 0n) return { fees: { treasury, fee: 0n, operations, costs: 0n }, costsChargedAt: last.costsChargedAt };

  const elapsed = now - last.costsChargedAt;
  const isDue = elapsed >= COSTS_PERIOD;
  const accruedCosts = (pool.pooledEther * policy.costsBasisPoints * elapsed) / (BASIS_POINTS * YEAR);
  const costs = isDue ? least(accruedCosts, rebaseBounds(pool, now).maxCosts, gain) : 0n;
  const fee = (liftAboveHighWater(pool, newPooledEther - costs) * policy.feeBasisPoints) / BASIS_POINTS;
  return { fees: { treasury, fee, operations, costs }, costsChargedAt: isDue ? now : last.costsChargedAt };
}

function remember(report: ReportFigures): Omit<LastReport, "deferredRewards" | "costsChargedAt"> {
  const { refSlot, stakedKeys, exitedKeys, slashedKeys, lostKeys } = report;
  return {
    refSlot,
    clBalanceGwei: report.validatorsGwei + report.pendingGwei,
    stakedGwei: report.stakedWei / WEI_PER_GWEI,
    creditedFromVaults: report.vaultsReceivedWei,
    stakedKeys,
    exitedKeys,
    slashedKeys,
    lostKeys,
  };
}
