import type { FeeTerms } from "./fees.ts";

/** A value that came into force in a block: charged from the next block on. */
export interface Step {
  readonly blockNumber: number;
  readonly value: bigint;
}

/** A value over time, ascending by block; the first one holds before its block, too. */
export type Steps = readonly Step[];

/** What SSVNetwork charged and demanded over time. */
export interface FeeHistory {
  /** Fee of each operator by its id, wei per block and 32 ETH; zero once it is removed. */
  readonly operatorFeesWei: ReadonlyMap<bigint, Steps>;
  /** Network fee, wei per block and 32 ETH. */
  readonly networkFeeWei: Steps;
  /** Minimum liquidation collateral of a cluster, wei. */
  readonly minimumCollateralWei: Steps;
  /** Liquidation threshold period, blocks. */
  readonly liquidationThresholdBlocks: Steps;
}

/** Whose or which term changed: an operator's fee, or one of the network's three. */
export type ChangedTerm = { readonly operatorId: bigint } | Exclude<keyof FeeHistory, "operatorFeesWei">;

/** A change of what a cluster is charged, or has to keep. */
export interface TermChange {
  readonly blockNumber: number;
  readonly term: ChangedTerm;
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * A value over time, from its changes and what it is now.
 * @param changes In the order of the chain; several in one block count as the last of them.
 * @param now What the views say. It holds since the last change, whatever the log of that one says: logs from the time
 * of fees in tokens tell other amounts.
 * @param before What it was before the first change, if that is known.
 */
export function stepsOf(changes: Steps, now: bigint, before?: bigint): Steps {
  const byBlock = new Map(changes.map(({ blockNumber, value }) => [blockNumber, value]));
  const steps = [...byBlock].map(([blockNumber, value]) => ({ blockNumber, value }));
  const [first] = steps;
  const earlier = before === undefined || first === undefined ? [] : [{ blockNumber: 0, value: before }];
  return [...earlier, ...steps.slice(0, -1), { blockNumber: steps.at(-1)?.blockNumber ?? 0, value: now }];
}

/** The value in force at the end of a block. */
export function valueAt(steps: Steps, blockNumber: number): bigint {
  return (steps.findLast((step) => step.blockNumber <= blockNumber) ?? steps[0])?.value ?? 0n;
}

/** What a fee comes to from the end of one block to the end of another, wei for 32 ETH. */
export function accrued(steps: Steps, from: number, to: number): bigint {
  const later = steps.filter(({ blockNumber }) => blockNumber > from && blockNumber < to);
  const bounds = [from, ...later.map(({ blockNumber }) => blockNumber), to];
  return bounds
    .slice(1)
    .reduce((sum, end, i) => sum + BigInt(end - (bounds[i] ?? end)) * valueAt(steps, bounds[i] ?? end), 0n);
}

/** What operators and network charged and demanded at the end of a block. */
export function termsAt(history: FeeHistory, operatorIds: readonly bigint[], blockNumber: number): FeeTerms {
  return {
    operatorFeesWei: operatorIds.map((id) => valueAt(feesOf(history, id), blockNumber)),
    networkFeeWei: valueAt(history.networkFeeWei, blockNumber),
    minimumCollateralWei: valueAt(history.minimumCollateralWei, blockNumber),
    liquidationThresholdBlocks: valueAt(history.liquidationThresholdBlocks, blockNumber),
  };
}

/** Fee of an operator over time. */
export function feesOf({ operatorFeesWei }: FeeHistory, operatorId: bigint): Steps {
  return operatorFeesWei.get(operatorId) ?? [];
}

/** All changes that concern a cluster of these operators, after a block up to another, in the order of the chain. */
export function termChanges(
  history: FeeHistory,
  operatorIds: readonly bigint[],
  after: number,
  upTo: number,
): TermChange[] {
  const terms = ["networkFeeWei", "minimumCollateralWei", "liquidationThresholdBlocks"] as const;
  const all: readonly (readonly [ChangedTerm, Steps])[] = [
    ...operatorIds.map((operatorId) => [{ operatorId }, feesOf(history, operatorId)] as const),
    ...terms.map((term) => [term, history[term]] as const),
  ];
  return all
    .flatMap(([term, steps]) =>
      steps.map(({ blockNumber, value }, i) => {
        return { blockNumber, term, from: steps[i - 1]?.value ?? value, to: value };
      }),
    )
    .filter(({ blockNumber, from, to }) => from !== to && blockNumber > after && blockNumber <= upTo)
    .sort((a, b) => a.blockNumber - b.blockNumber);
}
