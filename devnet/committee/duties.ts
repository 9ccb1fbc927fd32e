import { z } from "zod";

import type { Hex } from "../../src/units/hex.ts";
import { hexSchema } from "../../src/units/json.ts";

/** What of the chains enters signatures, and up to where operators must have read the execution chain. */
export interface SigningContext {
  /** Of the fork in force at the duties' slot, 4 bytes. */
  readonly forkVersion: Hex;
  /** Under which voluntary exits are signed for good: Capella's (EIP-7044), 4 bytes. */
  readonly exitForkVersion: Hex;
  /** 32 bytes. */
  readonly genesisValidatorsRoot: Hex;
  /** The execution block that the beacon chain stands on. */
  readonly executionBlock: ExecutionBlock;
}

/** A block of the execution chain. */
export interface ExecutionBlock {
  readonly number: number;
  /** 32 bytes. */
  readonly hash: Hex;
}

/** An epoch and the root of its first block (consensus-specs, phase0 `Checkpoint`). */
export interface Checkpoint {
  readonly epoch: bigint;
  /** 32 bytes. */
  readonly root: Hex;
}

/** Of `AttestationData` (consensus-specs, phase0). */
export interface AttestationDuty {
  readonly type: "attestation";
  readonly pubkey: Hex;
  readonly data: {
    readonly slot: bigint;
    readonly index: bigint;
    readonly beaconBlockRoot: Hex;
    readonly source: Checkpoint;
    readonly target: Checkpoint;
  };
}

/** Of `SyncCommitteeMessage` (consensus-specs, altair). */
export interface SyncCommitteeDuty {
  readonly type: "syncCommittee";
  readonly pubkey: Hex;
  readonly slot: bigint;
  readonly beaconBlockRoot: Hex;
}

/** The reveal of an epoch, which its proposers put into their blocks (consensus-specs, phase0 `get_epoch_signature`). */
export interface RandaoDuty {
  readonly type: "randao";
  readonly pubkey: Hex;
  readonly epoch: bigint;
}

/** Of `BeaconBlockHeader` (consensus-specs, phase0), which has the root of the block itself. */
export interface ProposalDuty {
  readonly type: "proposal";
  readonly pubkey: Hex;
  readonly header: {
    readonly slot: bigint;
    readonly proposerIndex: bigint;
    readonly parentRoot: Hex;
    readonly stateRoot: Hex;
    readonly bodyRoot: Hex;
  };
}

/** Of `VoluntaryExit` (consensus-specs, phase0). */
export interface VoluntaryExitDuty {
  readonly type: "voluntaryExit";
  readonly pubkey: Hex;
  readonly epoch: bigint;
  readonly validatorIndex: bigint;
}

/** What a validator is asked to sign. */
export type Duty = AttestationDuty | SyncCommitteeDuty | RandaoDuty | ProposalDuty | VoluntaryExitDuty;

/** What an operator is asked for. */
export interface SignRequest {
  readonly context: SigningContext;
  readonly duties: readonly Duty[];
  /** To sign also what could get a validator slashed, where the operator allows that. */
  readonly unsafe: boolean;
}

/** Most duties in one request; more need several. */
export const MAX_DUTIES = 4_096;

/** Above this nothing is signed: slashing protection keeps slots and epochs as integers of SQLite, with a sign. */
const MAX_NUMBER = 2n ** 63n - 1n;
const Uint = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,18})$/, "expected a decimal number as a string")
  .transform(BigInt)
  .refine((value) => value <= MAX_NUMBER, "expected a number below 2^63");
const Root = hexSchema(32);
const Version = hexSchema(4);
const pubkey = hexSchema(48);

const CheckpointSchema = z.strictObject({ epoch: Uint, root: Root });
const AttestationSchema = z.strictObject({
  ...{ slot: Uint, index: Uint, beaconBlockRoot: Root },
  ...{ source: CheckpointSchema, target: CheckpointSchema },
});
const HeaderSchema = z.strictObject({
  ...{ slot: Uint, proposerIndex: Uint },
  ...{ parentRoot: Root, stateRoot: Root, bodyRoot: Root },
});

/** A duty in the wire form: numbers as decimal strings, bytes as hexadecimal. */
export const DutySchema: z.ZodType<Duty> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("attestation"), pubkey, data: AttestationSchema }),
  z.strictObject({ type: z.literal("syncCommittee"), pubkey, slot: Uint, beaconBlockRoot: Root }),
  z.strictObject({ type: z.literal("randao"), pubkey, epoch: Uint }),
  z.strictObject({ type: z.literal("proposal"), pubkey, header: HeaderSchema }),
  z.strictObject({ type: z.literal("voluntaryExit"), pubkey, epoch: Uint, validatorIndex: Uint }),
]);

/** A request in the wire form. */
export const SignRequestSchema: z.ZodType<SignRequest> = z.strictObject({
  context: z.strictObject({
    ...{ forkVersion: Version, exitForkVersion: Version, genesisValidatorsRoot: Root },
    executionBlock: z.strictObject({ number: z.int().nonnegative(), hash: Root }),
  }),
  duties: z.array(DutySchema).max(MAX_DUTIES),
  unsafe: z.boolean().default(false),
});

/** Writes a request or an answer in the wire form. */
export function toWire(value: object): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === "bigint" ? field.toString() : field));
}
