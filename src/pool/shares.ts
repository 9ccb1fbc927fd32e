import { divideUp, RAY } from "./arithmetic.ts";

/** All shares and the ether they stand for. Neither is ever zero, because the first shares are locked. */
export interface Totals {
  /** Number of shares, 18 decimals. */
  readonly shares: bigint;
  /** Total pooled ether, wei. */
  readonly pooledEther: bigint;
}

/** Shares that an amount of ether buys. Rounded down, against the one who pays. */
export function toSharesDown(totals: Totals, ethAmount: bigint): bigint {
  return (ethAmount * totals.shares) / totals.pooledEther;
}

/** Worth of shares in wei. Rounded down, against the one who is paid. */
export function toEtherDown(totals: Totals, shares: bigint): bigint {
  return (shares * totals.pooledEther) / totals.shares;
}

/** Worth of shares in wei. Rounded up, against the one who spends an allowance. */
export function toEtherUp(totals: Totals, shares: bigint): bigint {
  return divideUp(shares * totals.pooledEther, totals.shares);
}

/** Ether per share, scaled by 1e27, rounded down. */
export function shareRateRay(totals: Totals): bigint {
  return (totals.pooledEther * RAY) / totals.shares;
}

/** Ether at which so many shares have the rate `rateRay`, rounded up. */
export function etherAtRateUp(rateRay: bigint, shares: bigint): bigint {
  return divideUp(rateRay * shares, RAY);
}

/**
 * Shares that pay a charge out of `pooledEther`: at the rate of after the minting they are worth the charge, because
 * those who held `shares` before keep `pooledEther` less all charges. Rounded down, in favour of the holders.
 */
export function chargeInShares(charge: bigint, shares: bigint, pooledEther: bigint, allCharges: bigint): bigint {
  return (charge * shares) / (pooledEther - allCharges);
}
