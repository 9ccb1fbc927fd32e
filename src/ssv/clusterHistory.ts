import { balanceAtIndexes, clusterAccounts, type ClusterAccount } from "./clusterAccounts.ts";
import { chargesOf } from "./clusterCharges.ts";
import { termChanges, type FeeHistory, type TermChange } from "./feeHistory.ts";
import { burnRateWeiPerBlock, liquidationCollateral, runwayBlocks, type FeeTerms } from "./fees.ts";
import type { SnapshotEvent } from "./ownerEvents.ts";

/** How a cluster stood at a block. */
export interface HistoryPoint {
  readonly blockNumber: number;
  /** Names of the cluster's events in the block, if this is how it stood after them. */
  readonly events: readonly string[];
  readonly validatorCount: bigint;
  readonly isActive: boolean;
  /** After all fees so far, wei. */
  readonly balance: bigint;
  readonly burnRateWeiPerBlock: bigint;
  /** Below which anybody may liquidate it, wei; null if nobody may. */
  readonly collateral: bigint | null;
  /** Blocks until that, by the fees in force; null if it has no end. */
  readonly runwayBlocks: bigint | null;
}

/** A cluster from its first event on. */
export interface ClusterHistory {
  /**
   * Ascending by block. From each to the next, balance and runway change evenly, but for roundings. Where something
   * happened in a block there are two points, before and after.
   */
  readonly points: readonly HistoryPoint[];
  /** What operators and network have changed meanwhile. */
  readonly changes: readonly TermChange[];
  /** From which block on the logs explain every balance to the wei; before it, lines join those that are known. */
  readonly exactFrom: number;
}

/** A cluster, and up to which block it is to be followed. */
export interface HistoryRequest {
  readonly operatorIds: readonly bigint[];
  /** Of the cluster alone, in the order of the chain. */
  readonly events: readonly SnapshotEvent[];
  /** Not before the last event. */
  readonly toBlock: number;
  /** What the views say of its balance at that block, wei. */
  readonly balance: bigint;
}

/**
 * Balance and runway of a cluster over time. Events settle what was charged so far; between them the balance falls by
 * the burn rate, which changes with the fees.
 */
export function clusterHistory(request: HistoryRequest, fees: FeeHistory): ClusterHistory {
  const { operatorIds, toBlock } = request;
  const accounts = clusterAccounts(request.events);
  const first = accounts[0]?.blockNumber ?? toBlock;
  const stretches = accounts.map((account, i) => followAccount(account, accounts.slice(i + 1), request, fees));
  const points = stretches.flatMap((stretch) => stretch.points);
  const inexact = stretches.findLastIndex(({ isExact }) => !isExact);
  const explained = inexact < 0 ? first : (accounts[inexact + 1]?.blockNumber ?? toBlock);
  const last = points.at(-1);
  const isExplained = last === undefined || last.balance === request.balance;
  if (last !== undefined) points.splice(-1, 1, { ...last, balance: request.balance });
  return {
    points,
    changes: termChanges(fees, operatorIds, first, toBlock),
    exactFrom: isExplained ? explained : toBlock,
  };
}

/** From the events of a block to the next ones, or to the end. */
function followAccount(
  account: ClusterAccount,
  later: readonly ClusterAccount[],
  { operatorIds, toBlock }: HistoryRequest,
  fees: FeeHistory,
): { points: HistoryPoint[]; isExact: boolean } {
  const charges = chargesOf(account, later, operatorIds, fees);
  const at = (blockNumber: number, terms: FeeTerms): HistoryPoint =>
    pointOf(account, balanceAtIndexes(account, charges.indexesAt(blockNumber)), blockNumber, terms);
  const [start, end] = [account.blockNumber, later[0]?.blockNumber ?? toBlock];
  const points = [{ ...at(start, charges.termsAt(start)), events: account.events }];
  const changes = charges.isExact ? termChanges(fees, operatorIds, start, end) : [];
  const ends = new Set([...changes.map(({ blockNumber }) => blockNumber), end]);
  let from = start;
  for (const to of ends) {
    if (to === start) continue;
    const terms = charges.termsAt(from);
    const zeros = charges.isExact ? zerosBetween(at(from, terms), to) : [];
    points.push(...[...zeros, to].map((blockNumber) => at(blockNumber, terms)));
    const isChanged = to < end || (later.length === 0 && changes.at(-1)?.blockNumber === end);
    if (isChanged) points.push(at(to, charges.termsAt(to)));
    from = to;
  }
  return { points, isExact: charges.isExact };
}

function pointOf(
  { snapshot: { active, validatorCount }, vUnits }: ClusterAccount,
  balance: bigint,
  blockNumber: number,
  terms: FeeTerms,
): HistoryPoint {
  const isRunning = active && validatorCount > 0n;
  const runway = active ? runwayBlocks(balance, terms, vUnits) : 0n;
  return {
    ...{ blockNumber, events: [], validatorCount, isActive: active, balance },
    burnRateWeiPerBlock: isRunning ? burnRateWeiPerBlock(terms, vUnits) : 0n,
    collateral: isRunning ? liquidationCollateral(terms, vUnits) : null,
    runwayBlocks: validatorCount === 0n ? null : runway,
  };
}

/** Blocks before another one in which the runway, and later the balance, comes to its end. */
function zerosBetween(start: HistoryPoint, to: number): number[] {
  const { blockNumber, balance, burnRateWeiPerBlock: rate, runwayBlocks: runway } = start;
  if (rate === 0n) return [];
  const blocks = [runway ?? 0n, (balance + rate - 1n) / rate].map((left) => blockNumber + Number(left));
  return [...new Set(blocks)].filter((block) => block > blockNumber && block < to);
}
