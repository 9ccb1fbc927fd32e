import { done, refused, type Outcome } from "./outcome.ts";
import { toEtherDown, toSharesDown, type Totals } from "./shares.ts";

/** Who holds how many shares. The sum over all holders is `shares`. */
export interface Ledger extends Totals {
  readonly holders: ReadonlyMap<string, bigint>;
}

/** Shares of one account, 18 decimals. */
export function sharesOf(ledger: Ledger, holder: string): bigint {
  return ledger.holders.get(holder) ?? 0n;
}

/** What a wallet shows of one account, wei, rounded down. */
export function balanceOf(ledger: Ledger, holder: string): bigint {
  return toEtherDown(ledger, sharesOf(ledger, holder));
}

/** Gives new shares to a holder; the ether behind them is the caller's business. */
export function mintShares<L extends Ledger>(ledger: L, holder: string, shares: bigint): L {
  return { ...ledger, shares: ledger.shares + shares, holders: credited(ledger.holders, holder, shares) };
}

/** Moves an exact number of shares. */
export function transferShares<L extends Ledger>(ledger: L, from: string, to: string, shares: bigint): Outcome<L> {
  const available = sharesOf(ledger, from);
  if (available < shares) return refused("InsufficientShares", from, available, shares);
  return done({ ...ledger, holders: credited(credited(ledger.holders, from, -shares), to, shares) });
}

/** Moves the shares that an amount of ether is worth, rounded down: up to two wei less than asked for arrive. */
export function transfer<L extends Ledger>(ledger: L, from: string, to: string, ethAmount: bigint): Outcome<L> {
  if (ethAmount > ledger.pooledEther)
    return refused("ERC20InsufficientBalance", from, balanceOf(ledger, from), ethAmount);
  return transferShares(ledger, from, to, toSharesDown(ledger, ethAmount));
}

/** Burns shares for their worth in ether, rounded down, which leaves the pool. */
export function burnForEther<L extends Ledger>(
  ledger: L,
  holder: string,
  shares: bigint,
): Outcome<{ readonly ledger: L; readonly ethAmount: bigint }> {
  const ethAmount = toEtherDown(ledger, shares);
  if (ethAmount === 0n) return refused("NothingToExchange");
  const available = sharesOf(ledger, holder);
  if (available < shares) return refused("InsufficientShares", holder, available, shares);
  const burned = {
    ...ledger,
    shares: ledger.shares - shares,
    pooledEther: ledger.pooledEther - ethAmount,
    holders: credited(ledger.holders, holder, -shares),
  };
  return done({ ledger: burned, ethAmount });
}

function credited(holders: ReadonlyMap<string, bigint>, holder: string, shares: bigint): Map<string, bigint> {
  return new Map(holders).set(holder, (holders.get(holder) ?? 0n) + shares);
}
