import { z } from "zod";

import type { Hex } from "../src/units/hex.ts";
import { hexSchema } from "../src/units/json.ts";
import { uint } from "./beaconHttp.ts";

/** How far a validator is, as the Beacon API names it. */
export const VALIDATOR_STATUSES = [
  "pending_initialized",
  "pending_queued",
  "active_ongoing",
  "active_exiting",
  "active_slashed",
  "exited_unslashed",
  "exited_slashed",
  "withdrawal_possible",
  "withdrawal_done",
] as const;
/** How far a validator is, as the Beacon API names it. */
export type ValidatorStatus = (typeof VALIDATOR_STATUSES)[number];

/** A validator in a beacon state. */
export interface BeaconValidator {
  readonly index: bigint;
  /** Lower case. */
  readonly pubkey: Hex;
  readonly status: ValidatorStatus;
  readonly balanceGwei: bigint;
}

const row = { index: uint, balance: uint, status: z.enum(VALIDATOR_STATUSES) };

/** An answer that lists validators, of whom the key is enough. */
export const Validators = z.object({
  execution_optimistic: z.boolean().optional(),
  data: z.array(z.object({ ...row, validator: z.object({ pubkey: hexSchema(48) }) })),
});

/** An answer that lists validators with all that their state has of them. */
export const ValidatorRecords = z.object({
  execution_optimistic: z.boolean().optional(),
  data: z.array(
    z.object({
      ...row,
      validator: z.object({
        pubkey: hexSchema(48),
        withdrawal_credentials: hexSchema(32),
        effective_balance: uint,
        slashed: z.boolean(),
        exit_epoch: uint,
        withdrawable_epoch: uint,
      }),
    }),
  ),
});
