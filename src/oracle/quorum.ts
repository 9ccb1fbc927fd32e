import { divideUp } from "../pool/arithmetic.ts";
import { checkLoss, type LastReport } from "../pool/reportChecks.ts";
import { rewardsOf } from "../pool/books.ts";
import type { Report } from "./messages.ts";

/** A committee's size, and how many of it must sign. */
export interface CommitteeSize {
  readonly members: number;
  readonly quorum: number;
}

/**
 * How many members must have signed a report for the contract to take it: a quorum, and for a loss above 0.05 % of the
 * pool two thirds of them, if that is more.
 * @param pooledEther Of the pool before the report, wei.
 */
export function requiredSigners(
  report: Report,
  last: LastReport,
  pooledEther: bigint,
  { members, quorum }: CommitteeSize,
): number {
  const loss = -(rewardsOf(report, last) + last.deferredRewards);
  if (loss <= 0n) return quorum;
  const votes = { signers: BigInt(quorum), members: BigInt(members), quorum: BigInt(quorum) };
  const unlimited = { maxLossBasisPoints: 0n, newlyLostKeys: 0n, announcedLoss: loss };
  const isEnough = checkLoss(loss, pooledEther, votes, unlimited).ok;
  return isEnough ? quorum : Number(divideUp(2n * BigInt(members), 3n));
}
