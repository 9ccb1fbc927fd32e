import { remainder } from "../pool/arithmetic.ts";
import { EPOCHS_TO_INACTIVITY, INACTIVITY_BIAS, INACTIVITY_RECOVERY } from "./rewardRules.ts";

/** The epoch that was final at the first slot of an epoch. */
export interface Finality {
  readonly epoch: bigint;
  readonly finalized: bigint;
}

/**
 * For how many epochs in a row, up to the one that began, the chain leaked because it was not final (consensus-specs,
 * altair `is_in_inactivity_leak`, in the transition into the epoch). What becomes final ends a leak at once.
 */
export function leakedEpochs({ epoch, finalized }: Finality): bigint {
  return remainder(remainder(epoch, finalized + 2n), EPOCHS_TO_INACTIVITY);
}

/**
 * Sum of the highest inactivity scores that a validator can have had, over the transitions into the epochs after one. The
 * highest has who never takes part: it rises with each epoch of a leak, and falls when there is finality again
 * (consensus-specs, altair `process_inactivity_updates`), for a third as many epochs as the leak lasted. Who is inactive
 * pays by it also then.
 * @param fromEpoch The epoch after which transitions count.
 * @param finality Of epochs in a row, from that one on or from an earlier one. Leaks that ended before the first of them
 *   do not count.
 */
export function inactivityScoresOf(fromEpoch: bigint, finality: readonly Finality[]): bigint {
  const [first, ...later] = finality;
  let score = first === undefined ? 0n : INACTIVITY_BIAS * leakedEpochs(first);
  let sum = 0n;
  for (const each of later) {
    score += INACTIVITY_BIAS;
    if (leakedEpochs(each) === 0n) score = remainder(score, INACTIVITY_RECOVERY);
    if (each.epoch > fromEpoch) sum += score;
  }
  return sum;
}
