import { WEI_PER_ETHER } from "../units/ether.ts";
import { DAY } from "./arithmetic.ts";
import { mintShares } from "./ledger.ts";
import { isAnnounced, isRestorable } from "./losses.ts";
import { done, refused, type Outcome } from "./outcome.ts";
import type { PoolState } from "./rebase.ts";
import { toSharesDown } from "./shares.ts";

/** What an administrator and a guardian have set for deposits. */
export interface DepositLimits {
  /** Most that the pool takes, wei. */
  readonly cap: bigint;
  /** End of a pause, seconds; zero for none. */
  readonly pausedUntil: bigint;
}

/** Smallest deposit, wei. */
export const MIN_DEPOSIT = WEI_PER_ETHER / 1000n;
const MAX_REPORT_AGE = 14n * DAY;

/** A deposit at `now`: shares at the rate of before it, rounded down, for a pool that grows by all of the ether. */
export function deposit(
  pool: PoolState,
  limits: DepositLimits,
  receiver: string,
  ethAmount: bigint,
  now: bigint,
): Outcome<PoolState> {
  if (ethAmount < MIN_DEPOSIT) return refused("DepositBelowMinimum", ethAmount, MIN_DEPOSIT);
  if (now > pool.lastRebase + MAX_REPORT_AGE) return refused("ReportStale", pool.lastRebase);
  if (now < limits.pausedUntil) return refused("DepositsArePaused", limits.pausedUntil);
  const announcedAt = isAnnounced(pool, now) ? pool.announcement?.at : undefined;
  const bookedAt = isRestorable(pool, now) ? pool.largeLossAt : undefined;
  if (announcedAt !== undefined || bookedAt !== undefined)
    return refused("ShutByLoss", announcedAt ?? 0n, bookedAt ?? 0n);

  const shares = toSharesDown(pool, ethAmount);
  const pooledEther = pool.pooledEther + ethAmount;
  if (pooledEther > limits.cap) return refused("CapExceeded", pooledEther, limits.cap);
  return done({ ...mintShares(pool, receiver, shares), pooledEther });
}
