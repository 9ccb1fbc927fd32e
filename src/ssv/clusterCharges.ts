import type { ClusterAccount, Indexes } from "./clusterAccounts.ts";
import { accrued, feesOf, termsAt, type FeeHistory } from "./feeHistory.ts";
import { FEE_PRECISION_WEI, type FeeTerms } from "./fees.ts";

/** What a cluster is charged from one settlement to the next. */
export interface Charges {
  /** Whether the logs of fees lead from the one to the other; else the charge in between is taken to be even. */
  readonly isExact: boolean;
  indexesAt(blockNumber: number): Indexes;
  termsAt(blockNumber: number): FeeTerms;
}

/**
 * What a cluster is charged until it is settled the next time.
 * @param later How the cluster stood afterwards.
 */
export function chargesOf(
  account: ClusterAccount,
  later: readonly ClusterAccount[],
  operatorIds: readonly bigint[],
  fees: FeeHistory,
): Charges {
  const { settledAt, snapshot } = account;
  const logged: Charges = {
    isExact: true,
    indexesAt: (blockNumber) => {
      const operators = operatorIds.reduce((sum, id) => sum + accrued(feesOf(fees, id), settledAt, blockNumber), 0n);
      const network = accrued(fees.networkFeeWei, settledAt, blockNumber);
      return after(snapshot, operators / FEE_PRECISION_WEI, network / FEE_PRECISION_WEI);
    },
    termsAt: (blockNumber) => termsAt(fees, operatorIds, blockNumber),
  };
  const next = later.find((candidate) => candidate.settledAt !== settledAt);
  // A liquidation leaves no indexes to compare with.
  if (next === undefined || !next.snapshot.active || !snapshot.active) return logged;
  const expected = logged.indexesAt(next.settledAt);
  const isExplained =
    expected.index === next.snapshot.index && expected.networkFeeIndex === next.snapshot.networkFeeIndex;
  return isExplained ? logged : evenCharges(account, next, logged);
}

/** Charges that grow evenly between two settlements whose indexes are known. */
function evenCharges({ settledAt, snapshot }: ClusterAccount, next: ClusterAccount, logged: Charges): Charges {
  const blocks = BigInt(next.settledAt - settledAt);
  const operators = next.snapshot.index - snapshot.index;
  const network = next.snapshot.networkFeeIndex - snapshot.networkFeeIndex;
  return {
    isExact: false,
    indexesAt: (blockNumber) => {
      const passed = BigInt(blockNumber - settledAt);
      return after(snapshot, (operators * passed) / blocks, (network * passed) / blocks);
    },
    termsAt: (blockNumber) => ({
      ...logged.termsAt(blockNumber),
      operatorFeesWei: [(operators / blocks) * FEE_PRECISION_WEI],
      networkFeeWei: (network / blocks) * FEE_PRECISION_WEI,
    }),
  };
}

function after({ index, networkFeeIndex }: Indexes, operators: bigint, network: bigint): Indexes {
  return { index: index + operators, networkFeeIndex: networkFeeIndex + network };
}
