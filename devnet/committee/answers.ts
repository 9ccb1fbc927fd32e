import { z } from "zod";

import { OperatorIdsError, checkOperatorIds } from "../../src/ssv/committee.ts";
import type { Hex } from "../../src/units/hex.ts";
import { hexSchema } from "../../src/units/json.ts";
import { MAX_DUTIES } from "./duties.ts";

/** A validator of which an operator holds a share, with the operators of its cluster, ascending. */
export interface ServedKey {
  readonly pubkey: Hex;
  readonly operatorIds: readonly bigint[];
}

/** An operator's part of a validator's signature. */
export interface PartialSignature {
  /** Position in the request. */
  readonly duty: number;
  /** Operators of the validator's cluster, ascending. */
  readonly operatorIds: readonly bigint[];
  /** 96 bytes. */
  readonly signature: Hex;
}

/** What an operator answers to a request. */
export interface SignAnswer {
  readonly operatorId: bigint;
  readonly signatures: readonly PartialSignature[];
  /** Duties of its validators that it does not sign. */
  readonly refusals: readonly { readonly duty: number; readonly reason: string }[];
  /** Its validators whose owner asked for their exit. */
  readonly exitRequests: readonly ServedKey[];
  /** Who gets the tips of its validators among those of the duties. */
  readonly feeRecipients: readonly (ServedKey & { readonly recipient: string })[];
}

const MAX_SERVED = 20_000;
const OperatorId = z
  .string()
  .regex(/^[1-9]\d{0,19}$/, "expected an operator id")
  .transform(BigInt);
const operatorIds = z.array(OperatorId).max(13).refine(isCommittee, "expected operators that SSV accepts");
const pubkey = hexSchema(48);
const duty = z.int().nonnegative();

/** An answer in the wire form. */
export const SignAnswerSchema: z.ZodType<SignAnswer> = z.object({
  operatorId: OperatorId,
  signatures: z.array(z.object({ duty, operatorIds, signature: hexSchema(96) })).max(MAX_DUTIES),
  refusals: z.array(z.object({ duty, reason: z.string().max(1_000) })).max(MAX_DUTIES),
  exitRequests: z.array(z.object({ pubkey, operatorIds })).max(MAX_SERVED),
  feeRecipients: z
    .array(z.object({ pubkey, operatorIds, recipient: z.string().regex(/^0x[0-9a-fA-F]{40}$/) }))
    .max(MAX_SERVED),
});

function isCommittee(ids: readonly bigint[]): boolean {
  try {
    checkOperatorIds(ids);
    return true;
  } catch (error) {
    if (error instanceof OperatorIdsError) return false;
    throw error;
  }
}
