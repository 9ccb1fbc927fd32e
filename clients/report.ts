import type { BlockTag } from "ethers";

import type { SlotClock } from "../src/oracle/frames.ts";
import { rewardsOf } from "../src/pool/books.ts";
import { settlement } from "../src/pool/settlement.ts";
import { collectSignatures, REPORT_TYPES, type MemberSigner, type Report } from "../src/oracle/messages.ts";
import type { Hex } from "../src/units/hex.ts";
import type { Accounting, PoolETH } from "../typechain-types/index.ts";
import { chainOf, fetchCommitteeDomain } from "./committee.ts";

/** The part of a report that is read from the execution chain. */
export type ExecutionPart = Pick<Report, "stakedWei" | "vaultsReceivedWei">;

/** The part of a report that is read from the beacon state and the withdrawal queue. */
export type ConsensusPart = Omit<Report, keyof ExecutionPart>;

/** Reads the clock that reports follow. */
export async function fetchSlotClock(accounting: Accounting): Promise<SlotClock> {
  const [genesisTime, secondsPerSlot, slotsPerFrame] = await Promise.all([
    accounting.GENESIS_TIME(),
    accounting.SECONDS_PER_SLOT(),
    accounting.SLOTS_PER_FRAME(),
  ]);
  return { genesisTime, secondsPerSlot, slotsPerFrame };
}

/** Reads what a report says about the pool's ether at a block: that of the reference slot. */
export async function fetchExecutionPart(poolETH: PoolETH, block: BlockTag): Promise<ExecutionPart> {
  const chain = chainOf(poolETH);
  const at = { blockTag: block };
  const vaults = await Promise.all([poolETH.WITHDRAWAL_VAULT(), poolETH.REWARDS_VAULT()]);
  const [stakedWei, collected, ...balances] = await Promise.all([
    poolETH.totalStaked(at),
    poolETH.totalCollected(at),
    ...vaults.map((vault) => chain.getBalance(vault, block)),
  ]);
  return { stakedWei, vaultsReceivedWei: balances.reduce((sum, balance) => sum + balance, collected) };
}

/** What a report would do to a pool, wei. */
export interface ReportForecast {
  /** Earned since the report before; negative for a loss. */
  readonly rewards: bigint;
  /** Held back by the bounds, with what they held back before. */
  readonly deferredRewards: bigint;
  readonly totalBefore: bigint;
  readonly totalAfter: bigint;
}

/**
 * Works out what a report would book if it were applied on top of the newest block; in a later one the bounds are a bit
 * wider. Whether it would be refused is not asked.
 */
export async function forecastReport(
  accounting: Accounting,
  poolETH: PoolETH,
  report: Report,
): Promise<ReportForecast> {
  const [last, policy, state] = await Promise.all([
    accounting.lastReport(),
    accounting.policy(),
    poolETH.rebaseState(),
  ]);
  const rewards = rewardsOf(report, last);
  const totalBefore = state.pooledEther;
  const { newPooledEther, deferredRewards } = settlement(
    rewards + last.deferredRewards,
    totalBefore,
    policy.maxGainBasisPoints,
    state,
  );
  return { rewards, deferredRewards, totalBefore, totalAfter: newPooledEther };
}

/** Has members sign a report, for the committee in place; packed as `applyReport` takes it. */
export async function signReport(poolETH: PoolETH, report: Report, signers: readonly MemberSigner[]): Promise<Hex> {
  return collectSignatures(signers, await fetchCommitteeDomain(poolETH), REPORT_TYPES, report);
}
