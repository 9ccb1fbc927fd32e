import { BASIS_POINTS, FRACTION, greatest, least, remainder } from "./arithmetic.ts";
import { accrue, spendCosts, spendGrowth, worthOf, type Allowances } from "./allowances.ts";
import { mintShares, type Ledger } from "./ledger.ts";
import { bookableAnnouncement, bookLoss, bookRestoration, restorable, type LossHistory } from "./losses.ts";
import { andThen, done, refused, type Outcome } from "./outcome.ts";
import { chargeInShares, etherAtRateUp, shareRateRay } from "./shares.ts";

/** What custody knows of a pool: its ledger and how far the share rate may move. */
export interface PoolState extends Ledger, Allowances, LossHistory {
  /** Timestamp of the last rebase, seconds. */
  readonly lastRebase: bigint;
  /** Highest share rate after fees, 1e27. */
  readonly highWaterRateRay: bigint;
  /** Growth that time saves up in a year, as a part of the pool scaled by 1e11. Fixed at deployment. */
  readonly growthPerYear: bigint;
}

/** What a report charges the holders, wei, and who receives it in shares. */
export interface Fees {
  readonly treasury: string;
  readonly fee: bigint;
  readonly operations: string;
  readonly costs: bigint;
}

/** Bounds of a rebase at some time, as a report has to know them. */
export interface RebaseBounds {
  /** Largest gain, wei, with what only takes a large loss back. */
  readonly maxGain: bigint;
  readonly restorable: bigint;
  /** Largest running costs, wei. */
  readonly maxCosts: bigint;
  /** Largest loss by announcement, wei; zero for none. */
  readonly announcedLoss: bigint;
}

const MAX_FEE_BASIS_POINTS = 2_000n;
const MAX_ETHER = 2n ** 96n - 1n;
const INITIAL_ETHER = 10n ** 9n;

/** A pool at its deployment: as much ether as shares, locked for ever at `lockedAt`. Its yearly growth is scaled by 1e18. */
export function newPool(lockedAt: string, now: bigint, growthPerYearWad: bigint): PoolState {
  const totals = { shares: INITIAL_ETHER, pooledEther: INITIAL_ETHER };
  return {
    ...totals,
    holders: new Map([[lockedAt, INITIAL_ETHER]]),
    lastRebase: now,
    growthPerYear: (growthPerYearWad * FRACTION) / 10n ** 18n,
    savedGrowth: 0n,
    savedCosts: 0n,
    highWaterRateRay: shareRateRay(totals),
    losses: [],
    episode: undefined,
    largeLossAt: undefined,
    announcement: undefined,
  };
}

/** How far a rebase at `now` may go. */
export function rebaseBounds(pool: PoolState, now: bigint): RebaseBounds {
  const saved = accrue(pool, now - pool.lastRebase, pool.growthPerYear);
  const restorableEther = restorable(pool, pool, now);
  return {
    maxGain: worthOf(saved.savedGrowth, pool.pooledEther) + restorableEther,
    restorable: restorableEther,
    maxCosts: worthOf(saved.savedCosts, pool.pooledEther),
    announcedLoss: bookableAnnouncement(pool, now),
  };
}

/** Ether by which `pooledEther` exceeds what the shares were worth at their highest rate, wei, rounded down. */
export function liftAboveHighWater(pool: PoolState, pooledEther: bigint): bigint {
  return remainder(pooledEther, etherAtRateUp(pool.highWaterRateRay, pool.shares));
}

/** Sets total pooled ether at `now`, within the bounds, and mints shares for the fees. */
export function rebase(pool: PoolState, newPooledEther: bigint, fees: Fees, now: bigint): Outcome<PoolState> {
  if (newPooledEther === 0n || newPooledEther > MAX_ETHER) return refused("PooledEtherOutOfRange", newPooledEther);

  const accrued = { ...pool, ...accrue(pool, now - pool.lastRebase, pool.growthPerYear) };
  const moved = move(accrued, newPooledEther, now);
  const charged = andThen(moved, (next) => charge({ ...next, pooledEther: newPooledEther }, fees));
  return andThen(charged, (next) =>
    done({ ...next, lastRebase: now, highWaterRateRay: greatest(next.highWaterRateRay, shareRateRay(next)) }),
  );
}

function move(pool: PoolState, newPooledEther: bigint, now: bigint): Outcome<PoolState> {
  const change = newPooledEther - pool.pooledEther;
  if (change === 0n) return done(pool);
  if (change < 0n) return bookLoss(pool, pool, newPooledEther, now);
  const growth = change - least(change, restorable(pool, pool, now));
  return spendGrowth(bookRestoration(pool, change, pool, now), growth, pool.pooledEther);
}

function charge(pool: PoolState, { treasury, fee, operations, costs }: Fees): Outcome<PoolState> {
  return andThen(spendCosts(pool, costs, pool.pooledEther), (next) => {
    const allowed = (liftAboveHighWater(pool, pool.pooledEther - costs) * MAX_FEE_BASIS_POINTS) / BASIS_POINTS;
    if (fee > allowed) return refused("FeeAboveLimit", fee, allowed);
    const feeShares = chargeInShares(fee, pool.shares, pool.pooledEther, fee + costs);
    const costShares = chargeInShares(costs, pool.shares, pool.pooledEther, fee + costs);
    return done(mintShares(mintShares(next, treasury, feeShares), operations, costShares));
  });
}
