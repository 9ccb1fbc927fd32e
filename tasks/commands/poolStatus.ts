import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";

/** A pool as it stands: ether, share rate, limits, keys, committee and addresses. */
export async function poolStatus({ pool, chainId }: PoolConnection): Promise<PrintableRecord> {
  const { poolETH, poolManager, accounting, clusterManager, committee } = pool;
  const [gates, last, [runwayBlocks, minRunwayBlocks]] = await Promise.all([
    poolETH.depositGates(),
    accounting.lastReport(),
    clusterManager.runway(),
  ]);
  return {
    chainId,
    totalPooledEtherWei: await poolETH.totalPooledEther(),
    totalShares: await poolETH.totalShares(),
    shareRateRay: await poolETH.shareRateRay(),
    bufferedEtherWei: await accounting.bufferedEther(),
    freeEtherWei: await poolManager.freeEther(),
    totalStakedWei: await poolETH.totalStaked(),
    deferredRewardsWei: last.deferredRewards,
    capWei: await poolETH.cap(),
    deposits: describeGates(gates),
    lastRebaseAt: await poolETH.lastRebase(),
    lastReport: {
      refSlot: last.refSlot,
      clBalanceGwei: last.clBalanceGwei,
      stakedKeys: Number(last.stakedKeys),
      exitedKeys: Number(last.exitedKeys),
      slashedKeys: Number(last.slashedKeys),
      lostKeys: Number(last.lostKeys),
    },
    batchCount: Number(await poolManager.batchCount()),
    nextNonce: await poolManager.nextNonce(),
    ownerNonce: await clusterManager.ownerNonce(),
    operatingReserveWei: await clusterManager.reserve(),
    runwayBlocks,
    minRunwayBlocks,
    quorum: Number(await committee.QUORUM()),
    members: [...(await committee.members())],
    addresses: await addressesOf(pool),
  };
}

/** Addresses of all contracts of a pool. */
export async function addressesOf(pool: PoolConnection["pool"]): Promise<Record<string, string>> {
  const entries = Object.entries(pool).map(async ([name, contract]) => [name, await contract.getAddress()] as const);
  return Object.fromEntries(await Promise.all(entries));
}

type Gates = Awaited<ReturnType<PoolConnection["pool"]["poolETH"]["depositGates"]>>;

function describeGates({ pausedUntil, announcedAt, lossBookedAt, isStale }: Gates): string {
  if (pausedUntil !== 0n) return "paused";
  if (announcedAt !== 0n) return "shut: a loss is announced";
  if (lossBookedAt !== 0n) return "shut: a large loss is not settled";
  return isStale ? "shut: the last report is too old" : "open";
}
