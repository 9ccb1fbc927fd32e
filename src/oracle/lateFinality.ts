import { remainder } from "../pool/arithmetic.ts";
import { EPOCHS_TO_INACTIVITY } from "./rewardRules.ts";

/**
 * How many epochs long the chain leaked because it was not final (consensus-specs, altair `is_in_inactivity_leak`), with
 * those right before the first one.
 * @param firstEpoch The epoch of the first entry.
 * @param finalized The epoch that was final at the first slot of each of some epochs in a row.
 */
export function lateEpochsOf(firstEpoch: bigint, finalized: readonly bigint[]): bigint {
  const delays = finalized.map((epoch, i) => remainder(firstEpoch + BigInt(i), epoch + 2n));
  const [first = 0n, ...later] = delays;
  return remainder(first, EPOCHS_TO_INACTIVITY) + BigInt(later.filter((delay) => delay > EPOCHS_TO_INACTIVITY).length);
}
