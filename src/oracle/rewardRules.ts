/** Sizes of a beacon chain on which rewards and penalties depend; named as in consensus-specs `presets`. */
export interface RewardRules {
  readonly slotsPerEpoch: bigint;
  /** `SYNC_COMMITTEE_SIZE`. */
  readonly syncCommitteeSize: bigint;
  /** `EPOCHS_PER_SYNC_COMMITTEE_PERIOD`. */
  readonly epochsPerSyncCommitteePeriod: bigint;
  /** `EPOCHS_PER_SLASHINGS_VECTOR`: half of it after a slashing the penalty for all that were slashed with it is due. */
  readonly epochsPerSlashingsVector: bigint;
}

/** Presets that are known. */
export type RulesPreset = "mainnet" | "minimal";

/** Rules by preset (consensus-specs `presets/mainnet` and `presets/minimal`; Electra and Fulu do not differ in them). */
export const REWARD_RULES: Readonly<Record<RulesPreset, RewardRules>> = {
  mainnet: {
    slotsPerEpoch: 32n,
    syncCommitteeSize: 512n,
    epochsPerSyncCommitteePeriod: 256n,
    epochsPerSlashingsVector: 8_192n,
  },
  minimal: {
    slotsPerEpoch: 8n,
    syncCommitteeSize: 32n,
    epochsPerSyncCommitteePeriod: 8n,
    epochsPerSlashingsVector: 64n,
  },
};

/** `EFFECTIVE_BALANCE_INCREMENT`, Gwei. */
export const BALANCE_INCREMENT = 1_000_000_000n;
/** `BASE_REWARD_FACTOR` (phase0). */
export const BASE_REWARD_FACTOR = 64n;
/** `WEIGHT_DENOMINATOR` (altair), of which the other weights are parts. */
export const WEIGHT_DENOMINATOR = 64n;
/** `TIMELY_SOURCE_WEIGHT` + `TIMELY_TARGET_WEIGHT` + `TIMELY_HEAD_WEIGHT`: most that an attestation earns. */
export const ATTESTATION_WEIGHT = 54n;
/** `TIMELY_SOURCE_WEIGHT` + `TIMELY_TARGET_WEIGHT`: what a missed attestation costs. A missed head costs nothing. */
export const MISSED_WEIGHT = 40n;
/** `SYNC_REWARD_WEIGHT` (altair). */
export const SYNC_WEIGHT = 2n;
/** `PROPOSER_WEIGHT` (altair). */
export const PROPOSER_WEIGHT = 8n;
/** `MAX_ATTESTATIONS_ELECTRA`: attestations of a block, of which each is of the committees of one slot. */
export const MAX_ATTESTATIONS = 8n;
/** `MIN_SLASHING_PENALTY_QUOTIENT_ELECTRA`. */
export const SLASHING_QUOTIENT = 4_096n;
/** `WHISTLEBLOWER_REWARD_QUOTIENT_ELECTRA`. */
export const WHISTLEBLOWER_QUOTIENT = 4_096n;
/** `INACTIVITY_PENALTY_QUOTIENT_BELLATRIX`. */
export const INACTIVITY_QUOTIENT = 2n ** 24n;
/** `INACTIVITY_SCORE_BIAS`: by so much the score of who is inactive rises in an epoch; it divides the penalty as well. */
export const INACTIVITY_BIAS = 4n;
/** `INACTIVITY_SCORE_RECOVERY_RATE`: by so much all scores fall in an epoch without a leak. */
export const INACTIVITY_RECOVERY = 16n;
/** `MIN_EPOCHS_TO_INACTIVITY_PENALTY`. */
export const EPOCHS_TO_INACTIVITY = 4n;
