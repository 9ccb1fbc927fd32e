import {
  ATTESTATION_WEIGHT,
  BALANCE_INCREMENT,
  BASE_REWARD_FACTOR,
  MAX_ATTESTATIONS,
  MISSED_WEIGHT,
  PROPOSER_WEIGHT,
  SYNC_WEIGHT,
  WEIGHT_DENOMINATOR,
  WHISTLEBLOWER_QUOTIENT,
  type RewardRules,
} from "./rewardRules.ts";
import { MAX_EFFECTIVE_GWEI } from "../consensus/deposit.ts";
import { divideUp, least } from "../pool/arithmetic.ts";

/** Between which values the effective balance of all active validators lies for the time in question, Gwei. */
export interface ActiveBalance {
  /** The less there is, the more each of them earns and pays. */
  readonly floorGwei: bigint;
  /** The more there is, the more a block or a seat in the sync committee earns. */
  readonly ceilingGwei: bigint;
}

/**
 * Most that an attestation of each flag on time earns, Gwei (consensus-specs, altair `get_flag_index_deltas`): all of
 * the weight where everybody takes part.
 */
export function mostOfAttestation(effectiveGwei: bigint, active: ActiveBalance): bigint {
  return divideUp(baseReward(effectiveGwei, active) * ATTESTATION_WEIGHT, WEIGHT_DENOMINATOR);
}

/** Most that a missed attestation costs, Gwei, while there is finality (consensus-specs, altair `get_flag_index_deltas`). */
export function costOfMissedAttestation(effectiveGwei: bigint, active: ActiveBalance): bigint {
  return divideUp(baseReward(effectiveGwei, active) * MISSED_WEIGHT, WEIGHT_DENOMINATOR);
}

/**
 * What a seat in the sync committee earns with each block, and costs where it does not sign, Gwei (consensus-specs,
 * altair `process_sync_aggregate`, `participant_reward`).
 */
export function valueOfSyncSeat(active: ActiveBalance, { slotsPerEpoch, syncCommitteeSize }: RewardRules): bigint {
  const parts = WEIGHT_DENOMINATOR * slotsPerEpoch * syncCommitteeSize;
  return divideUp(mostOfAllBaseRewards(active) * SYNC_WEIGHT, parts);
}

/**
 * Most that the proposer of a block earns in it, Gwei: for attestations (consensus-specs, altair `process_attestation`,
 * at most `MAX_ATTESTATIONS_ELECTRA` of as many slots), for the sync aggregate (`process_sync_aggregate`) and for
 * slashings (phase0 `slash_validator`, where the proposer is the whistleblower, too).
 * @param slashings Validators that the block may slash.
 */
export function mostOfProposal(slashings: bigint, active: ActiveBalance, rules: RewardRules): bigint {
  const rest = WEIGHT_DENOMINATOR - PROPOSER_WEIGHT;
  const slots = least(MAX_ATTESTATIONS, 2n * rules.slotsPerEpoch);
  const attesters = divideUp(mostOfAllBaseRewards(active) * slots, rules.slotsPerEpoch);
  const attestations = divideUp(attesters * ATTESTATION_WEIGHT * PROPOSER_WEIGHT, rest * WEIGHT_DENOMINATOR);
  const seats = valueOfSyncSeat(active, rules) * rules.syncCommitteeSize;
  const sync = divideUp(seats * PROPOSER_WEIGHT, rest);
  return attestations + sync + slashings * (MAX_EFFECTIVE_GWEI / WHISTLEBLOWER_QUOTIENT);
}

/** Integer square root, rounded down (consensus-specs, phase0 `integer_squareroot`). */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Consensus-specs, altair `get_base_reward`, where the fewest are active. */
function baseReward(effectiveGwei: bigint, { floorGwei }: ActiveBalance): bigint {
  return divideUp(effectiveGwei, BALANCE_INCREMENT) * perIncrement(floorGwei);
}

/** Base rewards of all together, which grow with the root of the balance, so that the ceiling counts. */
function mostOfAllBaseRewards({ ceilingGwei }: ActiveBalance): bigint {
  return divideUp(ceilingGwei, BALANCE_INCREMENT) * perIncrement(ceilingGwei);
}

/** Consensus-specs, altair `get_base_reward_per_increment`; its divisor is never below the root of one increment. */
function perIncrement(totalGwei: bigint): bigint {
  const total = totalGwei < BALANCE_INCREMENT ? BALANCE_INCREMENT : totalGwei;
  return divideUp(BALANCE_INCREMENT * BASE_REWARD_FACTOR, squareRoot(total));
}
