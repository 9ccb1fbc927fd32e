import {
  reserveReleases,
  RESERVE_PERIOD_SECONDS,
  RESERVE_PERIODS,
  type ReserveRelease,
  type ReserveWithdrawal,
} from "../src/ssv/reserve.ts";
import type { ClusterManager } from "../typechain-types/index.ts";
import { blockAtTime } from "./blocks.ts";
import { chainOf } from "./committee.ts";
import { fetchLogs } from "./logs.ts";

/** The operating reserve of a pool at a block. */
export interface ReserveState {
  readonly blockNumber: number;
  /** Wei. */
  readonly balance: bigint;
  /** Wei that may be taken out now; there may be less. */
  readonly allowance: bigint;
  /** When it may be more, if nothing is paid in or taken out. */
  readonly releases: readonly ReserveRelease[];
}

/**
 * Reads the operating reserve at the newest block, and what was taken out of it lately.
 * @param startBlock Block before which there is nothing of the pool.
 */
export async function fetchReserve(clusterManager: ClusterManager, startBlock: number): Promise<ReserveState> {
  const chain = chainOf(clusterManager);
  const block = await chain.getBlock("latest");
  if (block === null) throw new Error("the chain has no block");
  const { number: blockNumber } = block;
  const now = BigInt(block.timestamp);
  const [balance, allowance] = await Promise.all([
    clusterManager.reserve({ blockTag: blockNumber }),
    clusterManager.reserveAllowance({ blockTag: blockNumber }),
  ]);
  const counting = now - RESERVE_PERIODS * RESERVE_PERIOD_SECONDS;
  const fromBlock = await blockAtTime(chain, counting, Math.min(startBlock, blockNumber));
  const withdrawals = await fetchWithdrawals(clusterManager, fromBlock, blockNumber);
  return { blockNumber, balance, allowance, releases: reserveReleases(balance, withdrawals, now) };
}

async function fetchWithdrawals(
  clusterManager: ClusterManager,
  fromBlock: number,
  toBlock: number,
): Promise<ReserveWithdrawal[]> {
  const chain = chainOf(clusterManager);
  const { interface: abi } = clusterManager;
  const filter = {
    address: await clusterManager.getAddress(),
    topics: abi.encodeFilterTopics("ReserveWithdrawn", []),
  };
  const withdrawals: ReserveWithdrawal[] = [];
  for (const log of await fetchLogs(chain, filter, fromBlock, toBlock)) {
    const { ethAmount } = abi.decodeEventLog("ReserveWithdrawn", log.data, log.topics).toObject() as {
      ethAmount: bigint;
    };
    const block = await chain.getBlock(log.blockNumber);
    if (block === null) throw new Error(`the node has no block ${log.blockNumber}: use one that keeps all headers`);
    withdrawals.push({ ethAmount, at: BigInt(block.timestamp) });
  }
  return withdrawals;
}
