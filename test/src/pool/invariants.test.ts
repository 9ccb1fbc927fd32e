import { expect } from "chai";
import fc from "fast-check";

import { deposit } from "../../../src/pool/deposits.ts";
import { balanceOf, burnForEther, sharesOf, transfer, type Ledger } from "../../../src/pool/ledger.ts";
import type { Outcome } from "../../../src/pool/outcome.ts";
import { newPool, rebase, rebaseBounds, type PoolState } from "../../../src/pool/rebase.ts";
import { chargeInShares, toEtherDown, toEtherUp, toSharesDown } from "../../../src/pool/shares.ts";

const ETHER = 10n ** 18n;
const DAY = 86_400n;
const GROWTH = ETHER / 10n;
const LIMITS = { cap: 50_000n * ETHER, pausedUntil: 0n };
const NO_FEES = { treasury: "treasury", fee: 0n, operations: "operations", costs: 0n };

const deposits = fc.bigInt(ETHER / 1_000n, 5_000n * ETHER);
/** A part of what a rebase may gain, in percent; negative for a loss, in ten-thousandths of the pool. */
const moves = fc.bigInt(-20n, 100n);

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.error}`);
  return outcome.value;
}

/** A pool with a depositor and some days of history, at a rate that is no round number. */
const pools = fc.tuple(deposits, fc.array(moves, { maxLength: 12 })).map(([first, history]) => {
  let pool = value(deposit(newPool("locked", 0n, GROWTH), LIMITS, "alice", first, 1n));
  for (const [day, move] of history.entries()) {
    const now = BigInt(day + 1) * DAY;
    const { maxGain } = rebaseBounds(pool, now);
    const change = move < 0n ? (pool.pooledEther * move) / 10_000n : (maxGain * move) / 100n;
    pool = value(rebase(pool, pool.pooledEther + change, NO_FEES, now));
  }
  // A day without a large loss behind it, so that deposits are open.
  return { ...pool, largeLossAt: undefined } satisfies PoolState;
});

function sumOf(ledger: Ledger, of: (holder: string) => bigint): bigint {
  return [...ledger.holders.keys()].reduce((sum, holder) => sum + of(holder), 0n);
}

describe("A pool's maths", () => {
  it("I1 I2 keeps the sum of shares, and owes no more than there is", () => {
    fc.assert(
      fc.property(pools, deposits, fc.bigInt(0n, 100n), (pool, ethAmount, percent) => {
        const deposited = value(deposit(pool, LIMITS, "bob", ethAmount, pool.lastRebase));
        const moved = value(transfer(deposited, "bob", "carol", (balanceOf(deposited, "bob") * percent) / 100n));

        expect(sumOf(moved, (holder) => sharesOf(moved, holder))).to.equal(moved.shares);
        const owed = sumOf(moved, (holder) => balanceOf(moved, holder));
        expect(owed <= moved.pooledEther && moved.pooledEther - owed < BigInt(moved.holders.size)).to.equal(true);
      }),
    );
  });

  it("I7 I8 never lowers the rate by a deposit, and gives back what was paid but for two wei", () => {
    fc.assert(
      fc.property(pools, deposits, (pool, ethAmount) => {
        const after = value(deposit(pool, LIMITS, "bob", ethAmount, pool.lastRebase));
        expect(after.pooledEther * pool.shares >= pool.pooledEther * after.shares).to.equal(true);
        const worth = balanceOf(after, "bob");
        expect(worth <= ethAmount && worth + 2n >= ethAmount).to.equal(true);
      }),
    );
  });

  it("I9 makes a deposit in two parts worth no more, and less only by rounding", () => {
    fc.assert(
      fc.property(pools, deposits, deposits, (pool, first, second) => {
        const at = pool.lastRebase;
        const whole = sharesOf(value(deposit(pool, LIMITS, "bob", first + second, at)), "bob");
        const part = value(deposit(pool, LIMITS, "bob", first, at));
        const parts = sharesOf(value(deposit(part, LIMITS, "bob", second, at)), "bob");
        // What the first part rounds off lifts the rate, which the second pays by its size against the pool's.
        const rounding = 2n + second / (pool.pooledEther + first);
        expect(parts <= whole && parts + rounding >= whole).to.equal(true);
      }),
    );
  });

  it("I10 pays a round trip back with no gain", () => {
    fc.assert(
      fc.property(pools, deposits, (pool, ethAmount) => {
        const deposited = value(deposit(pool, LIMITS, "bob", ethAmount, pool.lastRebase));
        const { ethAmount: paid, ledger } = value(burnForEther(deposited, "bob", sharesOf(deposited, "bob")));
        expect(paid <= ethAmount).to.equal(true);
        expect(ledger.pooledEther * pool.shares >= pool.pooledEther * ledger.shares).to.equal(true);
      }),
    );
  });

  it("H23 H24 moves at most two wei less than asked for, and spends no less than it moves", () => {
    fc.assert(
      fc.property(pools, fc.bigInt(1n, ETHER), (pool, ethAmount) => {
        const shares = toSharesDown(pool, ethAmount);
        const moved = toEtherDown(pool, shares);
        expect(moved <= ethAmount && moved + 2n >= ethAmount).to.equal(true);
        expect(toEtherUp(pool, shares) - moved <= 1n).to.equal(true);
        expect(toEtherUp(pool, 1n)).to.not.equal(0n);
      }),
    );
  });

  it("H28 prices fee shares at the rate of after they are minted", () => {
    fc.assert(
      fc.property(pools, fc.bigInt(1n, 20n), (pool, percent) => {
        const fee = (pool.pooledEther * percent) / 10_000n;
        const shares = chargeInShares(fee, pool.shares, pool.pooledEther, fee);
        const worth = toEtherDown({ shares: pool.shares + shares, pooledEther: pool.pooledEther }, shares);
        expect(worth <= fee && worth + 2n >= fee).to.equal(true);
      }),
    );
  });
});
