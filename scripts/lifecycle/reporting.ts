import { requireEvent } from "../../clients/receipts.ts";
import { fetchOwnValidators, sumOf } from "./ownValidators.ts";
import { forecastReport } from "../../clients/report.ts";
import { checkLoss } from "../../src/pool/reportChecks.ts";
import type { Report } from "../../src/oracle/messages.ts";
import type { LivePool } from "./livePool.ts";
import type { ReportEntry } from "./record.ts";
import type { GasLedger } from "../demo/gasLedger.ts";

const QUORUM = 3n;

/** Has as many members as are needed sign what they read at a slot, applies it, and tells what came of it. */
export async function reportSlot(pool: LivePool, refSlot: bigint, gas: GasLedger): Promise<ReportEntry> {
  const { accounting, poolETH, withdrawalVault } = pool.suite;
  const observation = await pool.observe(refSlot);
  const { report } = observation;
  const read = sumOf(await fetchOwnValidators(pool.beacon, refSlot, await withdrawalVault.getAddress()));
  const signers = await signersFor(pool, report);
  const receipt = await pool.report(observation, signers);
  gas.book("report", receipt);
  const processed = requireEvent(accounting, receipt, "ReportProcessed") as { rewards: bigint };
  const rebased = requireEvent(poolETH, receipt, "Rebased") as Record<RebaseField, bigint>;
  const { validatorsGwei, pendingGwei, activeKeys, exitingKeys, exitedKeys, slashedKeys } = report;
  return {
    refSlot,
    slot: await pool.slot(),
    signers,
    blockNumber: observation.reference.executionBlock.number,
    stakedWei: report.stakedWei,
    rewardsWei: processed.rewards,
    beforeWei: rebased.preTotalEther,
    afterWei: rebased.postTotalEther,
    feesWei: (rebased.feeShares * rebased.postTotalEther) / rebased.postTotalShares,
    said: { validatorsGwei, pendingGwei, activeKeys, exitingKeys, exitedKeys, slashedKeys },
    read,
  };
}

type RebaseField = "preTotalEther" | "postTotalEther" | "postTotalShares" | "feeShares";

/** A quorum, or two thirds of the members for a large loss. */
async function signersFor({ suite }: LivePool, report: Report): Promise<number> {
  const { accounting, poolETH, members } = suite;
  const { totalBefore, totalAfter } = await forecastReport(accounting, poolETH, report);
  const loss = totalBefore > totalAfter ? totalBefore - totalAfter : 0n;
  const votes = (signers: bigint) => ({ signers, members: BigInt(members.length), quorum: QUORUM });
  const { maxLossBasisPoints } = await accounting.policy();
  const limits = { maxLossBasisPoints, newlyLostKeys: 0n, announcedLoss: 0n };
  for (let signers = QUORUM; signers < members.length; signers++) {
    const outcome = checkLoss(loss, totalBefore, votes(signers), limits);
    if (outcome.ok || outcome.refusal.error !== "SupermajorityRequired") return Number(signers);
  }
  return members.length;
}
