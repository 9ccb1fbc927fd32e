import { collectSignatures, committeeDomain, REPORT_TYPES, type Report } from "../../src/oracle/messages.ts";
import type { TestSuite } from "./suite.ts";

/** Moves the chain to the first slot after the next frame, and returns the frame's last slot. */
export async function nextRefSlot(suite: TestSuite): Promise<bigint> {
  const [genesis, slotSeconds, frame] = await Promise.all([
    suite.accounting.GENESIS_TIME(),
    suite.accounting.SECONDS_PER_SLOT(),
    suite.accounting.SLOTS_PER_FRAME(),
  ]);
  const now = BigInt(await suite.chain.networkHelpers.time.latest());
  const slot = (now - genesis) / slotSeconds;
  const boundary = (slot / frame + 1n) * frame;
  await suite.chain.networkHelpers.time.increaseTo(genesis + boundary * slotSeconds + slotSeconds);
  return boundary - 1n;
}

/**
 * A report that sees the chain as it is now: all stake of before in the validators, with `clRewardsGwei` on top of what
 * the last report saw.
 */
export async function makeReport(suite: TestSuite, clRewardsGwei = 0n, changes: Partial<Report> = {}): Promise<Report> {
  const [last, staked, collected] = await Promise.all([
    suite.accounting.lastReport(),
    suite.poolETH.totalStaked(),
    suite.poolETH.totalCollected(),
  ]);
  const { provider } = suite.chain.ethers;
  const vaults = await Promise.all(
    [suite.withdrawalVault, suite.rewardsVault].map(async (vault) => provider.getBalance(await vault.getAddress())),
  );
  const newlyStakedGwei = staked / 1_000_000_000n - last.stakedGwei;
  const stakedKeys = staked / (32n * 10n ** 18n);
  return {
    refSlot: await nextRefSlot(suite),
    validatorsGwei: last.clBalanceGwei + newlyStakedGwei + clRewardsGwei,
    pendingGwei: 0n,
    stakedWei: staked,
    vaultsReceivedWei: collected + vaults.reduce((sum, balance) => sum + balance, 0n),
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
  const { chainId } = await suite.chain.ethers.provider.getNetwork();
  return collectSignatures(signers, committeeDomain(chainId, await suite.poolETH.committee()), REPORT_TYPES, report);
}

/** Signs a report by a quorum, or by `signers`, and applies it. */
export async function applyReport(suite: TestSuite, report: Report, signers = suite.members.slice(0, 3)) {
  return suite.accounting.applyReport({ ...report }, await signReport(suite, report, signers));
}
