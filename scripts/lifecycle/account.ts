import { setTimeout as sleep } from "node:timers/promises";

import { fetchDeposits } from "../../clients/deposits.ts";
import { WEI_PER_GWEI } from "../../src/units/ether.ts";
import { readQueue, type QueueAccount } from "../demo/queueAccount.ts";
import { readSSV, type SSVState } from "../demo/ssvAccount.ts";
import { fetchChainPayments, paidUpTo } from "./chainPayments.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { LivePool } from "./livePool.ts";
import type { LifecycleRecord, ReportEntry } from "./record.ts";
import type { Outage } from "./stages/offline.ts";

/** After a transaction a slot passes by itself; for so long none has, when it is over, milliseconds. */
const STILL_MS = 1_000;

/** What was seen on the way, beside the record. */
export interface Course {
  readonly one: Outage;
  readonly two: Outage;
}

/** A pool that everybody has left, amounts in wei. */
export interface LifecycleAccount {
  readonly reports: readonly ReportEntry[];
  readonly course: Course;
  /** Frames that ended between the first and the last report, the first one's included. */
  readonly frames: bigint;
  /** Those of them that were not final before the next one had ended, when their report counts no more. */
  readonly lateFrames: bigint;
  readonly totalPooledEther: bigint;
  readonly deferredRewards: bigint;
  readonly bufferedEther: bigint;
  readonly totalStaked: bigint;
  readonly reportedStaked: bigint;
  readonly reportedClBalance: bigint;
  readonly poolEther: bigint;
  readonly vaultEther: bigint;
  readonly collected: bigint;
  /** What stakers paid in, with the initial ether. */
  readonly deposited: bigint;
  readonly deposits: bigint;
  readonly depositedToBeacon: bigint;
  /** Withdrawals and tips that blocks paid to the vaults: all, and up to the block of the last report. */
  readonly paidByChain: bigint;
  readonly paidByChainReported: bigint;
  /** Shares of the stakers, of treasury, operations and the lock, and all. */
  readonly stakerShares: bigint;
  readonly remainingShares: bigint;
  readonly totalShares: bigint;
  readonly stakers: bigint;
  readonly ssv: SSVState;
  readonly queue: QueueAccount;
}

/** The account that holds the shares locked at deployment. */
const DEAD = "0x000000000000000000000000000000000000dEaD";

/** Reads everything that the checks compare, when nothing moves any more. */
export async function readAccount(life: Lifecycle, course: Course): Promise<LifecycleAccount> {
  const { suite, stakers, pool } = life;
  await untilStill(pool);
  const { accounting, poolETH, withdrawalVault, rewardsVault, treasury, operations } = suite;
  const { provider } = life.connection.ethers;
  const { reports } = life.record;
  const lastReport = reports.at(-1);
  const head = await provider.getBlockNumber();
  const vaults = { withdrawal: await withdrawalVault.getAddress(), rewards: await rewardsVault.getAddress() };
  const payments = await fetchChainPayments(provider, vaults, head);
  const deposits = await fetchDeposits(provider, await poolETH.DEPOSIT_CONTRACT(), 0);
  const sharesOf = async (accounts: readonly string[]) =>
    (await Promise.all(accounts.map((account) => poolETH.sharesOf(account)))).reduce((sum, each) => sum + each, 0n);
  const last = await accounting.lastReport();
  return {
    reports,
    course,
    ...countFrames(life.record, (await pool.beacon.chain()).slotsPerEpoch, pool.clock.slotsPerFrame),
    totalPooledEther: await poolETH.totalPooledEther(),
    deferredRewards: last.deferredRewards,
    bufferedEther: await accounting.bufferedEther(),
    totalStaked: await poolETH.totalStaked(),
    reportedStaked: last.stakedGwei * WEI_PER_GWEI,
    reportedClBalance: last.clBalanceGwei * WEI_PER_GWEI,
    poolEther: await provider.getBalance(poolETH),
    vaultEther: (await provider.getBalance(withdrawalVault)) + (await provider.getBalance(rewardsVault)),
    collected: await poolETH.totalCollected(),
    deposited: life.depositedWei,
    deposits: BigInt(deposits.length),
    depositedToBeacon: deposits.reduce((sum, { amount }) => sum + amount * WEI_PER_GWEI, 0n),
    paidByChain: paidUpTo(payments, head),
    paidByChainReported: paidUpTo(payments, lastReport?.blockNumber ?? 0),
    stakerShares: await sharesOf(stakers.map(({ signer }) => signer.address)),
    remainingShares: await sharesOf([treasury.address, operations.address, DEAD]),
    totalShares: await poolETH.totalShares(),
    stakers: BigInt(stakers.length),
    ssv: await readSSV(life),
    queue: await readQueue(life),
  };
}

/** Frames from the first to the last that was reported, and how many no look at the chain found final in time. */
export function countFrames(
  { reports, samples }: Pick<LifecycleRecord, "reports" | "samples">,
  slotsPerEpoch: bigint,
  slotsPerFrame: bigint,
): { frames: bigint; lateFrames: bigint } {
  let [frames, lateFrames] = [0n, 0n];
  const last = reports.at(-1)?.refSlot ?? -1n;
  for (let refSlot = reports[0]?.refSlot ?? 0n; refSlot <= last; refSlot += slotsPerFrame) {
    const isInTime = samples.some(
      ({ slot, finalizedEpoch }) =>
        slot > refSlot && slot <= refSlot + slotsPerFrame && BigInt(finalizedEpoch) * slotsPerEpoch >= refSlot,
    );
    frames += 1n;
    if (!isInTime) lateFrames += 1n;
  }
  return { frames, lateFrames };
}

/** Waits until no slot passes by itself any more. */
async function untilStill(pool: LivePool): Promise<void> {
  for (let before = -1n, slot = await pool.slot(); slot !== before; slot = await pool.slot()) {
    before = slot;
    await sleep(STILL_MS);
  }
}
