import { fetchReserve } from "../../clients/reserve.ts";
import { WEI_PER_ETHER } from "../../src/units/ether.ts";
import type { PoolConnection } from "../connect.ts";
import { daysOf } from "./clusterFields.ts";

/** The operating reserve of a pool, and by what clusters are funded from it. */
export async function showReserve({ pool: { clusterManager }, startBlock }: PoolConnection) {
  const { blockNumber, balance, allowance, releases } = await fetchReserve(clusterManager, startBlock);
  const at = { blockTag: blockNumber };
  const [{ runwayBlocks, minRunwayBlocks }, maxEffectiveBalance] = await Promise.all([
    clusterManager.runway(at),
    clusterManager.maxEffectiveBalance(at),
  ]);
  return {
    clusterManager: await clusterManager.getAddress(),
    blockNumber,
    operatingReserveWei: balance,
    withdrawableWei: allowance < balance ? allowance : balance,
    allowanceWei: allowance,
    laterAllowances: releases.map(({ availableAt, allowanceWei }) => ({ availableAt, allowanceWei })),
    runwayBlocks,
    runwayDays: daysOf(runwayBlocks),
    minRunwayBlocks,
    minRunwayDays: daysOf(minRunwayBlocks),
    maxEffectiveBalanceWei: maxEffectiveBalance * WEI_PER_ETHER,
  };
}
