import { WEI_PER_GWEI } from "../units/ether.ts";
import { remainder } from "./arithmetic.ts";
import { done, refused, type Outcome } from "./outcome.ts";
import type { PoolState } from "./rebase.ts";
import type { FrameClock, LastReport, ReportFigures } from "./reportChecks.ts";

/** Fees and bounds of reports. */
export interface Policy {
  readonly treasury: string;
  readonly feeBasisPoints: bigint;
  readonly costsBasisPoints: bigint;
  readonly maxGainBasisPoints: bigint;
  readonly maxLossBasisPoints: bigint;
  readonly operations: string;
}

/** Ether of the pool on the execution layer, wei. */
export interface Custody {
  /** Ever sent to the deposit contract. */
  readonly totalStaked: bigint;
  /** Ever received from the vaults. */
  readonly totalCollected: bigint;
  /** In both vaults now. */
  readonly vaultsEther: bigint;
  /** In `PoolETH` now. */
  readonly poolEther: bigint;
}

/** All that the accounting of a pool rests on. */
export interface Books {
  readonly pool: PoolState;
  readonly custody: Custody;
  readonly last: LastReport;
  readonly policy: Policy;
  readonly clock: FrameClock;
}

/** What is kept before the first report. */
export function noReport(now: bigint): LastReport {
  const none = { refSlot: 0n, clBalanceGwei: 0n, stakedGwei: 0n, stakedKeys: 0n, exitedKeys: 0n, slashedKeys: 0n };
  return { ...none, lostKeys: 0n, creditedFromVaults: 0n, deferredRewards: 0n, costsChargedAt: now };
}

/** Ether that the vaults ever received, wei. */
export function vaultsReceived({ vaultsEther, totalCollected }: Custody): bigint {
  return vaultsEther + totalCollected;
}

/** Ether that is owned and not staked, wei: what is owned, less what is staked and less what validators hold. */
export function bufferedEther({ pool, custody, last }: Books): bigint {
  const unreported = custody.totalStaked - last.stakedGwei * WEI_PER_GWEI;
  return remainder(pool.pooledEther + last.deferredRewards, unreported + last.clBalanceGwei * WEI_PER_GWEI);
}

/** Ether in `PoolETH` that neither a deposit nor a vault brought, wei. */
export function skimmable(books: Books): bigint {
  const { poolEther, totalCollected } = books.custody;
  return remainder(poolEther + books.last.creditedFromVaults, bufferedEther(books) + totalCollected);
}

/** Books such ether as rewards that wait for release. */
export function skim(books: Books): Outcome<Books> {
  const ethAmount = skimmable(books);
  if (ethAmount === 0n) return refused("NothingToSkim");
  return done({ ...books, last: { ...books.last, deferredRewards: books.last.deferredRewards + ethAmount } });
}

/** What the pool's ether on both layers became more by, other than by staking it, wei. */
export function rewardsOf(report: ReportFigures, last: LastReport): bigint {
  const clGwei = report.validatorsGwei + report.pendingGwei - last.clBalanceGwei;
  const stakedGwei = report.stakedWei / WEI_PER_GWEI - last.stakedGwei;
  return (clGwei - stakedGwei) * WEI_PER_GWEI + report.vaultsReceivedWei - last.creditedFromVaults;
}
