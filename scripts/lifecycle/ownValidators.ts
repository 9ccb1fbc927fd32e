import { z } from "zod";

import { askBeacon, uint } from "../../clients/beaconHttp.ts";
import type { BeaconNode, StateId } from "../../clients/beaconNode.ts";
import { VALIDATOR_STATUSES, type ValidatorStatus } from "../../clients/beaconValidators.ts";
import { fetchPendingDeposits } from "../../clients/queuedDeposits.ts";
import type { PendingDeposit } from "../../src/oracle/beaconState.ts";
import { hexSchema } from "../../src/units/json.ts";
import type { ConsensusSums, ValidatorState } from "./record.ts";

const ValidatorRecord = z.object({
  index: uint,
  balance: uint,
  status: z.enum(VALIDATOR_STATUSES),
  validator: z.object({
    pubkey: hexSchema(48),
    withdrawal_credentials: hexSchema(32),
    effective_balance: uint,
    slashed: z.boolean(),
    activation_epoch: uint,
    exit_epoch: uint,
  }),
});
const ValidatorRecords = z.object({ data: z.array(ValidatorRecord) });
/** What the Beacon API says of a validator. */
export type ValidatorRecord = z.infer<typeof ValidatorRecord>;

/** Validators and waiting deposits that pay to one account. */
export interface OwnValidators {
  readonly validators: readonly ValidatorRecord[];
  readonly pending: readonly PendingDeposit[];
}

/** Hexadecimal digits of an address, at the end of credentials. */
const ADDRESS_DIGITS = 40;

const STATES: Readonly<Record<ValidatorStatus, ValidatorState>> = {
  pending_initialized: "pending",
  pending_queued: "pending",
  active_ongoing: "active",
  active_exiting: "exiting",
  active_slashed: "slashed",
  exited_unslashed: "exiting",
  exited_slashed: "slashed",
  withdrawal_possible: "exiting",
  withdrawal_done: "paid out",
};

/**
 * All of a state's validators and deposits whose withdrawal credentials name an account: whoever made them, and without
 * a list of keys.
 */
export async function fetchOwnValidators(node: BeaconNode, state: StateId, vault: string): Promise<OwnValidators> {
  const [{ data }, pending] = await Promise.all([
    askBeacon(node.access, `/eth/v1/beacon/states/${state}/validators`, ValidatorRecords),
    fetchPendingDeposits(node, state),
  ]);
  const isOwn = (credentials: string) =>
    credentials.slice(-ADDRESS_DIGITS) === vault.slice(-ADDRESS_DIGITS).toLowerCase();
  return {
    validators: data.filter(({ validator }) => isOwn(validator.withdrawal_credentials)),
    pending: pending.filter(({ withdrawalCredentials }) => isOwn(withdrawalCredentials)),
  };
}

/** How many validators are in which state. */
export function countStates({ validators, pending }: OwnValidators): Record<ValidatorState, number> {
  const counts = { deposited: pending.length, pending: 0, active: 0, exiting: 0, slashed: 0, "paid out": 0 };
  for (const record of validators) counts[isPaidOut(record) ? "paid out" : STATES[record.status]] += 1;
  return counts;
}

/** What a report has to say of a state, Gwei and keys, added up from its validators. */
export function sumOf({ validators, pending }: OwnValidators): ConsensusSums {
  const count = (holds: (record: ValidatorRecord) => boolean) => BigInt(validators.filter(holds).length);
  const isStaying = ({ status }: ValidatorRecord) => ["pending", "active"].includes(STATES[status]);
  return {
    validatorsGwei: validators.reduce((sum, { balance }) => sum + balance, 0n),
    pendingGwei: pending.reduce((sum, { amountGwei }) => sum + amountGwei, 0n),
    activeKeys: count(isStaying) + BigInt(pending.length),
    exitingKeys: count((record) => !isStaying(record) && !isPaidOut(record)),
    exitedKeys: count(isPaidOut),
    slashedKeys: count(({ validator }) => validator.slashed),
  };
}

/**
 * What the Beacon API calls done goes by the effective balance, which follows the payout with the next epoch. One that was
 * paid out may still be in a sync committee, whose rewards are swept by and by.
 */
function isPaidOut({ status, balance, validator }: ValidatorRecord): boolean {
  if (status === "withdrawal_done") return true;
  return status === "withdrawal_possible" && (balance === 0n || validator.effective_balance === 0n);
}
