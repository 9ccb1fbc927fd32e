import type { TransactionReceipt } from "ethers";

import { findEvents } from "../../clients/receipts.ts";
import type { Books } from "./world.ts";

/** The queue takes whole units of so many shares. */
const UNIT = 1_000_000_000n;
const RAY = 10n ** 27n;

/** What somebody received for a request, and what its checkpoint says, wei. */
export interface Payout {
  readonly name: string;
  readonly received: bigint;
  readonly expected: bigint;
}

/** The withdrawal queue at one block, amounts in wei. */
export interface QueueAccount {
  readonly requests: bigint;
  readonly finalized: bigint;
  /** Shares that the queue says wait, and shares that it holds. */
  readonly waitingShares: bigint;
  readonly lockedShares: bigint;
  /** Ether in the queue. */
  readonly ether: bigint;
  /** What the receivers of all claims got. */
  readonly claimed: bigint;
  /** Worth of all burned shares, each at the rate of the report that finalized them. */
  readonly burnedWorth: bigint;
  readonly payouts: readonly Payout[];
}

/** Shares that were burned for some requests, and what they were worth. */
interface Finalization {
  readonly lastId: bigint;
  readonly shares: bigint;
  readonly worth: bigint;
}

/** Reads the queue, and works out from the log what it has to pay. */
export async function readQueue(world: Pick<Books, "connection" | "suite" | "claims">): Promise<QueueAccount> {
  const { poolETH, withdrawalQueue: queue } = world.suite;
  const state = await queue.queueState();
  const requested = await queue.queryFilter(queue.filters.WithdrawalRequested());
  const finalizations = await readFinalizations(world);
  const expected = payoutsOf(
    requested.map(({ args }) => args.shares / UNIT),
    finalizations,
  );
  return {
    requests: state.lastId,
    finalized: state.lastFinalizedId,
    waitingShares: state.waitingShares,
    lockedShares: await poolETH.sharesOf(queue),
    ether: await world.connection.ethers.provider.getBalance(queue),
    claimed: world.claims.reduce((sum, { received }) => sum + received, 0n),
    burnedWorth: finalizations.reduce((sum, { worth }) => sum + worth, 0n),
    payouts: world.claims.map(({ name, id, received }) => ({
      name,
      received,
      expected: expected[Number(id) - 1] ?? 0n,
    })),
  };
}

/** What was burned, at the rates that the pool logged in the same transactions. */
async function readFinalizations({ suite }: Pick<Books, "suite">): Promise<Finalization[]> {
  const { poolETH, withdrawalQueue: queue } = suite;
  const events = await queue.queryFilter(queue.filters.WithdrawalsFinalized());
  return Promise.all(
    events.map(async (event) => {
      const { lastId, shares } = event.args;
      const rebased = rebasedIn(await event.getTransactionReceipt());
      return { lastId, shares, worth: (shares * rebased.postTotalEther) / rebased.postTotalShares };
    }),
  );

  function rebasedIn(receipt: TransactionReceipt) {
    const [rebased] = findEvents(poolETH, receipt, "Rebased");
    if (rebased === undefined) throw new Error("requests were finalized without a report");
    return rebased as { postTotalEther: bigint; postTotalShares: bigint };
  }
}

/**
 * What each request is paid, in the order of their numbers: differences of sums at the rate of its checkpoint, each sum
 * rounded down; what a checkpoint leaves over goes to the next one.
 */
function payoutsOf(units: readonly bigint[], finalizations: readonly Finalization[]): bigint[] {
  const payouts: bigint[] = [];
  let [sum, dust] = [0n, 0n];
  for (const { lastId, shares, worth } of finalizations) {
    const owed = worth + dust;
    const rate = ((owed * RAY) / shares) * UNIT;
    dust = owed;
    for (const each of units.slice(payouts.length, Number(lastId))) {
      const payout = ((sum + each) * rate) / RAY - (sum * rate) / RAY;
      payouts.push(payout);
      sum += each;
      dust -= payout;
    }
  }
  return payouts;
}
