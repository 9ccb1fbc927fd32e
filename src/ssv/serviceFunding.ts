import {
  BLOCKS_PER_DAY,
  burnRateWeiPerBlock,
  liquidationCollateral,
  VUNITS_PER_VALIDATOR,
  type FeeTerms,
} from "./fees.ts";

/** Validators to be paid for in a cluster of their own. */
export interface FundedValidators {
  /** Of 32 ETH each. */
  readonly validators: number;
  readonly days: bigint;
  /** Positions among the operators of those whose earnings come back to the one who pays. */
  readonly own: readonly number[];
}

/** What validators cost at SSV, wei. */
export interface ServiceFunding {
  readonly periodBlocks: bigint;
  /** What must stay in the cluster, with all fees. */
  readonly collateral: bigint;
  /** What the cluster burns in the period. */
  readonly running: bigint;
  /** The part of it that own operators earn, and can withdraw. */
  readonly toOwnOperators: bigint;
  /** To send along: the cluster burns the fees of own operators, too. */
  readonly required: bigint;
  /** What it costs in the end: the same without what own operators earn. */
  readonly netOfOwnFees: bigint;
  /**
   * By the formula of SSV's guide for staking services, `(O1fee + … + Nfee) * LTP + Nfee * period` for each validator:
   * it takes all operators for one's own, and knows no minimum collateral.
   */
  readonly byGuide: bigint;
}

/**
 * What validators cost for a time, as SSV charges them: collateral for all fees, then fees by the block.
 * @throws {FeeError} If a fee is not a multiple of 100,000 wei.
 */
export function serviceFunding(terms: FeeTerms, { validators, days, own }: FundedValidators): ServiceFunding {
  const periodBlocks = days * BLOCKS_PER_DAY;
  const vUnits = BigInt(validators) * VUNITS_PER_VALIDATOR;
  const burnRate = burnRateWeiPerBlock(terms, vUnits);
  const collateral = validators === 0 ? 0n : liquidationCollateral(terms, vUnits);
  const running = burnRate * periodBlocks;
  const ownFees = own.reduce((sum, position) => sum + (terms.operatorFeesWei[position] ?? 0n), 0n);
  const toOwnOperators = BigInt(validators) * ownFees * periodBlocks;
  const toNetwork = BigInt(validators) * terms.networkFeeWei * periodBlocks;
  return {
    ...{ periodBlocks, collateral, running, toOwnOperators },
    required: collateral + running,
    netOfOwnFees: collateral + running - toOwnOperators,
    byGuide: burnRate * terms.liquidationThresholdBlocks + toNetwork,
  };
}
