import { MAX_EFFECTIVE_GWEI, MIN_ACTIVATION_GWEI } from "../consensus/deposit.ts";
import { divideUp, greatest, least, remainder } from "../pool/arithmetic.ts";
import type { StateValidator } from "./beaconState.ts";
import {
  costOfMissedAttestation,
  mostOfAttestation,
  mostOfProposal,
  valueOfSyncSeat,
  type ActiveBalance,
} from "./rewardLimits.ts";
import {
  BALANCE_INCREMENT,
  INACTIVITY_BIAS,
  INACTIVITY_QUOTIENT,
  SLASHING_QUOTIENT,
  type RewardRules,
} from "./rewardRules.ts";

/** The time between two reference states, and how the chain fared in it. */
export interface Frame {
  /** Reference slots. */
  readonly fromSlot: bigint;
  readonly toSlot: bigint;
  readonly rules: RewardRules;
  readonly active: ActiveBalance;
  /** Sum of the highest inactivity scores that a validator can have had, over the transitions between the states. */
  readonly inactivityScores: bigint;
}

/** What a validator had to do between two states besides attesting. */
export interface Duties {
  readonly proposals: bigint;
  /** Validators that its blocks may have slashed. */
  readonly slashings: bigint;
  /** Seats in sync committees times slots. */
  readonly syncSlots: bigint;
}

/** How far a validator's balance can have moved by its own work, Gwei. */
export interface KeyLimits {
  readonly maxRewardsGwei: bigint;
  readonly maxPenaltiesGwei: bigint;
}

/** A validator in both states; it may have been made between them. */
export interface ValidatorChange {
  readonly before: StateValidator | undefined;
  readonly after: StateValidator | undefined;
  /** The most that its balance can have been, without rewards, Gwei. */
  readonly mostGwei: bigint;
}

/**
 * How far the duties of a validator can have moved its balance between two states. Epochs are counted by the transitions
 * that pay them, of which each pays for the epoch before the one that ends.
 */
export function limitsOfKey(change: ValidatorChange, duties: Duties, frame: Frame): KeyLimits {
  const { after } = change;
  if (after === undefined) return { maxRewardsGwei: 0n, maxPenaltiesGwei: 0n };
  const { rules, active, inactivityScores } = frame;
  const effective = mostEffective(change);
  const epochs = paidEpochs(after, frame);
  const sync = duties.syncSlots * valueOfSyncSeat(active, rules);
  const proposals = duties.proposals * mostOfProposal(0n, active, rules);
  const forSlashings = mostOfProposal(duties.slashings, active, rules) - mostOfProposal(0n, active, rules);
  // Consensus-specs, altair `get_inactivity_penalty_deltas`: with each missed target, by the score of that time.
  const leaked = epochs === 0n ? 0n : divideUp(effective * inactivityScores, INACTIVITY_BIAS * INACTIVITY_QUOTIENT);
  return {
    maxRewardsGwei: epochs * mostOfAttestation(effective, active) + sync + proposals + forSlashings,
    maxPenaltiesGwei:
      epochs * costOfMissedAttestation(effective, active) + sync + leaked + slashingPenalty(change, effective, frame),
  };
}

/**
 * The most that a validator's effective balance can have been: it follows the balance up to what its credentials allow
 * (consensus-specs, electra `get_max_effective_balance`).
 */
function mostEffective({ before, after, mostGwei }: ValidatorChange): bigint {
  const shown = greatest(before?.effectiveBalanceGwei ?? 0n, after?.effectiveBalanceGwei ?? 0n);
  const isCompounding = after?.withdrawalCredentials.startsWith("0x02") === true;
  const allowed = isCompounding ? MAX_EFFECTIVE_GWEI : MIN_ACTIVATION_GWEI;
  const reached = divideUp(mostGwei, BALANCE_INCREMENT) * BALANCE_INCREMENT;
  return greatest(shown, least(reached, allowed));
}

/** Who is active is paid for, and who was slashed pays until it can withdraw (altair `get_eligible_validator_indices`). */
function paidEpochs({ exitEpoch, isSlashed, withdrawableEpoch }: StateValidator, frame: Frame): bigint {
  const [first, last] = epochsOf(frame);
  const until = isSlashed ? greatest(exitEpoch + 1n, withdrawableEpoch) : exitEpoch + 1n;
  return remainder(least(last, until), first);
}

/** At once (electra `slash_validator`), and half a vector later for all who were slashed with it (`process_slashings`). */
function slashingPenalty({ before, after }: ValidatorChange, effective: bigint, frame: Frame): bigint {
  if (after?.isSlashed !== true) return 0n;
  const [first, last] = epochsOf(frame);
  const atOnce = before?.isSlashed === true ? 0n : divideUp(effective, SLASHING_QUOTIENT);
  const due = after.withdrawableEpoch - frame.rules.epochsPerSlashingsVector / 2n + 1n;
  return atOnce + (due > first && due <= last ? effective : 0n);
}

function epochsOf({ fromSlot, toSlot, rules: { slotsPerEpoch } }: Frame): [first: bigint, last: bigint] {
  return [fromSlot / slotsPerEpoch, toSlot / slotsPerEpoch];
}
