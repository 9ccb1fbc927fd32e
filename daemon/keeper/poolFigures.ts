import type { Pool } from "../../clients/pool.ts";
import { GWEI_PER_ETHER } from "../../src/units/ether.ts";
import type { KeeperRound } from "./keeperRound.ts";

/** Batches whose records the registry keeps; all that wait are among them. */
const BATCH_RECORDS = 64n;

/** A cluster of the pool, for people who watch it. */
export interface ClusterFigures {
  /** Its operators, with a dash between them. */
  readonly name: string;
  /** Until anybody could liquidate it at the largest effective balance; null if never, zero once it is liquidated. */
  readonly runwaySeconds: bigint | null;
  readonly effectiveBalanceGwei: bigint;
}

/** How a pool and its keeper stand: what metrics show, and warnings go by. */
export interface PoolFigures {
  readonly clusters: readonly ClusterFigures[];
  readonly liquidatedClusters: number;
  readonly reserveWei: bigint;
  readonly freeEtherWei: bigint;
  readonly keysAvailable: number;
  readonly unfinalizedWei: bigint;
  /** Zero if nothing waits. */
  readonly oldestRequestSeconds: bigint;
  readonly lastRebaseSeconds: bigint;
  /** Undefined without an account. */
  readonly walletWei: bigint | undefined;
  readonly spentWei: bigint;
}

/**
 * Reads how a pool stands.
 * @param account Who sends; undefined for nobody.
 * @param spentWei Spent within 24 hours.
 */
export async function fetchFigures(
  round: KeeperRound,
  account: string | undefined,
  spentWei: bigint,
): Promise<PoolFigures> {
  const { pool, provider, now } = round;
  const [
    statuses,
    secondsPerBlock,
    reserveWei,
    freeEtherWei,
    keysAvailable,
    unfinalizedWei,
    queue,
    lastRebase,
    wallet,
  ] = await Promise.all([
    round.clusters(),
    pool.accounting.SECONDS_PER_SLOT(),
    pool.clusterManager.reserve(),
    pool.poolManager.freeEther(),
    countKeys(pool),
    pool.withdrawalQueue.unfinalizedEther(),
    pool.withdrawalQueue.queueState(),
    pool.poolETH.lastRebase(),
    account === undefined ? undefined : provider.getBalance(account),
  ]);
  const used = statuses.filter(({ snapshot }) => snapshot.validatorCount > 0n);
  const clusters = used.map(({ operatorIds, condition, runwayBlocks, maximum, effectiveBalanceEther }) => {
    const blocks = condition === "liquidated" ? 0n : maximum === undefined ? runwayBlocks : maximum.runwayBlocks;
    return {
      name: operatorIds.join("-"),
      runwaySeconds: blocks === null ? null : blocks * secondsPerBlock,
      effectiveBalanceGwei: effectiveBalanceEther * GWEI_PER_ETHER,
    };
  });
  return {
    ...{ clusters, reserveWei, freeEtherWei, keysAvailable, unfinalizedWei, walletWei: wallet, spentWei },
    liquidatedClusters: used.filter(({ condition }) => condition === "liquidated").length,
    oldestRequestSeconds: queue.lastId === queue.lastFinalizedId ? 0n : later(now, queue.waitingSince),
    lastRebaseSeconds: later(now, lastRebase),
  };
}

function later(now: bigint, since: bigint): bigint {
  return now > since ? now - since : 0n;
}

/** Keys that wait for their activation, in batches whose nonces are still to come. */
async function countKeys({ poolManager, clusterManager }: Pool): Promise<number> {
  const [batchCount, ownerNonce] = await Promise.all([poolManager.batchCount(), clusterManager.ownerNonce()]);
  let keys = 0;
  for (let id = batchCount - 1n; id >= 0n && id >= batchCount - BATCH_RECORDS; id--) {
    const { count, activated, discarded, firstNonce } = await poolManager.batchOf(id);
    if (discarded) continue;
    // Batches are activated in their order.
    if (activated === count) break;
    if (firstNonce + activated >= ownerNonce) keys += Number(count - activated);
  }
  return keys;
}
