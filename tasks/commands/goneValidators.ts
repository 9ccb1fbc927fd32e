import type { StateId } from "../../clients/beaconNode.ts";
import type { ValidatorStatus } from "../../clients/beaconValidators.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Beacon } from "../beaconNode.ts";
import { InputError } from "../input.ts";

/** Statuses of validators that can withdraw, or have withdrawn all. */
export const WITHDRAWABLE: readonly ValidatorStatus[] = ["withdrawal_possible", "withdrawal_done"];
/** Statuses of validators that have no duties any more. */
export const EXITED: readonly ValidatorStatus[] = ["exited_unslashed", "exited_slashed", ...WITHDRAWABLE];

/**
 * Makes sure that validators are gone, by what a beacon node says.
 * @param accepted Statuses that count as gone.
 * @param remedy What to do about others, as an imperative.
 * @throws {InputError} Naming the first that is not.
 * @throws {BeaconError} If the node cannot be asked.
 */
export async function requireGone(
  { node }: Beacon,
  state: StateId,
  pubkeys: readonly Hex[],
  accepted: readonly ValidatorStatus[],
  remedy: string,
): Promise<void> {
  const validators = await node.validators(state, pubkeys);
  for (const pubkey of pubkeys) {
    const status = validators.get(pubkey)?.status;
    if (status !== undefined && accepted.includes(status)) continue;
    const problem =
      status === undefined ? "has no validator on the beacon chain yet" : `has a validator that is not gone, ${status}`;
    throw new InputError("keys", pubkey, problem, remedy);
  }
}
