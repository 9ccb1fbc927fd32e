import { FieldError } from "../units/errors.ts";
import type { ClusterSnapshot } from "./cluster.ts";

/** SSV's unit of effective balance: 10,000 for each 32 ETH. */
export const VUNITS_PER_VALIDATOR = 10_000n;
/** SSV stores fees in units of 100,000 wei (`SSVPackedLib`). */
export const FEE_PRECISION_WEI = 100_000n;

/** Blocks of a day as SSV counts them. */
export const BLOCKS_PER_DAY = 7_200n;
/** Blocks of a year as SSV counts them. */
export const BLOCKS_PER_YEAR = 365n * BLOCKS_PER_DAY;

/** What SSVNetwork charges and demands, at one block. */
export interface FeeTerms {
  /** Fee of each operator, wei per block and 32 ETH. */
  readonly operatorFeesWei: readonly bigint[];
  /** Network fee, wei per block and 32 ETH. */
  readonly networkFeeWei: bigint;
  /** Minimum liquidation collateral of a cluster, wei. */
  readonly minimumCollateralWei: bigint;
  /** Liquidation threshold period, blocks. */
  readonly liquidationThresholdBlocks: bigint;
}

/** A running index: what 32 ETH have been charged, in units of 100,000 wei, settled at a block. */
export interface FeeIndex {
  readonly index: bigint;
  readonly blockNumber: bigint;
  /** Wei per block and 32 ETH since then. */
  readonly feeWei: bigint;
}

/** A fee that SSV could not store, or a block before the last settlement. */
export class FeeError extends FieldError {}

/**
 * Effective balance in SSV's units, rounded up (`ebToVUnits`).
 * @param effectiveBalanceEther Sum over the cluster's validators, whole ether.
 */
export function vUnitsOfBalance(effectiveBalanceEther: bigint): bigint {
  return (effectiveBalanceEther * VUNITS_PER_VALIDATOR + 31n) / 32n;
}

/**
 * The units a cluster is billed for: those an effective-balance update stored, else 32 ETH for each validator.
 * @param storedVUnits Zero when no update ever stored any.
 */
export function billedVUnits(validatorCount: bigint, storedVUnits = 0n): bigint {
  return storedVUnits > 0n ? storedVUnits : validatorCount * VUNITS_PER_VALIDATOR;
}

/**
 * What a cluster burns, wei per block (`getBurnRate`). Exact, as fees are multiples of 100,000 wei.
 * @throws {FeeError} If a fee is not.
 */
export function burnRateWeiPerBlock(terms: FeeTerms, vUnits: bigint): bigint {
  return (rate(terms) * vUnits * FEE_PRECISION_WEI) / VUNITS_PER_VALIDATOR;
}

/**
 * What must stay in an active cluster, wei: below it anyone can liquidate; exactly it is safe (`ClusterLib`).
 * @throws {FeeError} If a fee is not a multiple of 100,000 wei.
 */
export function liquidationCollateral(terms: FeeTerms, vUnits: bigint): bigint {
  const blocks = terms.liquidationThresholdBlocks;
  const threshold = ((blocks * rate(terms) * vUnits) / VUNITS_PER_VALIDATOR) * FEE_PRECISION_WEI;
  return threshold > terms.minimumCollateralWei ? threshold : terms.minimumCollateralWei;
}

/** Whether anyone could liquidate the cluster, given its settled balance in wei. An empty cluster never. */
export function isLiquidatable(balance: bigint, validatorCount: bigint, terms: FeeTerms, vUnits: bigint): boolean {
  return validatorCount > 0n && balance < liquidationCollateral(terms, vUnits);
}

/**
 * Blocks until anyone could liquidate the cluster; the block after the last of them is the first.
 * @param balance Settled, wei.
 * @returns Rounded down; zero if already liquidatable; null if nothing is burned, so never.
 */
export function runwayBlocks(balance: bigint, terms: FeeTerms, vUnits: bigint): bigint | null {
  const burnRate = burnRateWeiPerBlock(terms, vUnits);
  const spendable = balance - liquidationCollateral(terms, vUnits);
  if (spendable < 0n) return 0n;
  return burnRate === 0n ? null : spendable / burnRate;
}

/**
 * Ether to send along so that a cluster has a runway, wei: collateral plus burn rate times blocks, less what it has.
 * @param balance Settled, wei.
 * @param vUnits Billed after the call: each new validator adds 10,000, also where units are stored.
 */
export function requiredFunding(balance: bigint, terms: FeeTerms, vUnits: bigint, blocks: bigint): bigint {
  const needed = liquidationCollateral(terms, vUnits) + burnRateWeiPerBlock(terms, vUnits) * blocks;
  return needed > balance ? needed - balance : 0n;
}

/**
 * Balance of a cluster at a block, wei: the snapshot's less what operators and network charged since. Each of the two
 * is rounded down to 100,000 wei, and the balance stops at zero.
 * @throws {FeeError} If an index was settled after the block or charges less than the snapshot says it already had.
 */
export function settledBalance(
  cluster: ClusterSnapshot,
  operators: readonly FeeIndex[],
  network: FeeIndex,
  vUnits: bigint,
  blockNumber: bigint,
): bigint {
  const operatorIndex = operators.reduce((sum, operator) => sum + indexAt(operator, blockNumber), 0n);
  const charge = (indexNow: bigint, indexThen: bigint): bigint => {
    if (indexNow < indexThen)
      throw new FeeError("fee index", indexNow.toString(), `is below the snapshot's ${indexThen}`, "read both anew");
    return (((indexNow - indexThen) * vUnits) / VUNITS_PER_VALIDATOR) * FEE_PRECISION_WEI;
  };
  const used = charge(operatorIndex, cluster.index) + charge(indexAt(network, blockNumber), cluster.networkFeeIndex);
  return cluster.balance > used ? cluster.balance - used : 0n;
}

function indexAt({ index, blockNumber, feeWei }: FeeIndex, at: bigint): bigint {
  if (at < blockNumber)
    throw new FeeError("block", at.toString(), `is before the settlement at ${blockNumber}`, "use a later block");
  return index + (at - blockNumber) * packed(feeWei);
}

function rate({ operatorFeesWei, networkFeeWei }: FeeTerms): bigint {
  return operatorFeesWei.reduce((sum, fee) => sum + packed(fee), packed(networkFeeWei));
}

function packed(feeWei: bigint): bigint {
  if (feeWei < 0n || feeWei % FEE_PRECISION_WEI !== 0n)
    throw new FeeError("fee", `${feeWei} wei`, "is not a multiple of 100000 wei", "read the fee from SSVNetwork again");
  return feeWei / FEE_PRECISION_WEI;
}
