import { fetchExecutionPart, fetchSlotClock, signReport as sign } from "../../clients/report.ts";
import { frameEnd, slotAt, timeOfSlot } from "../../src/oracle/frames.ts";
import type { Report } from "../../src/oracle/messages.ts";
import type { TestSuite } from "./suite.ts";

/** Moves the chain to the first slot after the next frame, and returns the frame's last slot. */
export async function nextRefSlot(suite: TestSuite): Promise<bigint> {
  const clock = await fetchSlotClock(suite.accounting);
  const now = BigInt(await suite.chain.networkHelpers.time.latest());
  const refSlot = frameEnd(clock, slotAt(clock, now));
  await suite.chain.networkHelpers.time.increaseTo(timeOfSlot(clock, refSlot + 2n));
  return refSlot;
}

/**
 * A report that sees the chain as it is now: all stake of before in the validators, with `clRewardsGwei` on top of what
 * the last report saw.
 */
export async function makeReport(suite: TestSuite, clRewardsGwei = 0n, changes: Partial<Report> = {}): Promise<Report> {
  const [last, execution] = await Promise.all([
    suite.accounting.lastReport(),
    fetchExecutionPart(suite.poolETH, "latest"),
  ]);
  const newlyStakedGwei = execution.stakedWei / 1_000_000_000n - last.stakedGwei;
  const stakedKeys = execution.stakedWei / (32n * 10n ** 18n);
  return {
    refSlot: await nextRefSlot(suite),
    validatorsGwei: last.clBalanceGwei + newlyStakedGwei + clRewardsGwei,
    pendingGwei: 0n,
    ...execution,
    stakedKeys,
    activeKeys: stakedKeys - last.exitedKeys - last.lostKeys,
    exitingKeys: 0n,
    exitedKeys: last.exitedKeys,
    slashedKeys: last.slashedKeys,
    lostKeys: last.lostKeys,
    finalizeUpTo: 0n,
    ...changes,
  };
}

/** Signatures of a report by the committee in place. */
export async function signReport(suite: TestSuite, report: Report, signers = suite.members.slice(0, 3)) {
  return sign(suite.poolETH, report, signers);
}

/** Signs a report by a quorum, or by `signers`, and applies it. */
export async function applyReport(suite: TestSuite, report: Report, signers = suite.members.slice(0, 3)) {
  return suite.accounting.applyReport({ ...report }, await signReport(suite, report, signers));
}
