import type { phase0, ssz } from "@lodestar/types";

import { FieldError } from "../units/errors.ts";
import { toHex, type Hex } from "../units/hex.ts";

/** Forks whose states are read as they are meant; a later one may count deposits and withdrawals otherwise. */
export const KNOWN_FORKS = ["electra", "fulu"] as const;
/** A fork whose states are read as they are meant. */
export type KnownFork = (typeof KNOWN_FORKS)[number];

/** Types of the consensus specification, of the preset that the process has. */
export type ConsensusTypes = typeof ssz;

type StateField = keyof ConsensusTypes["fulu"]["BeaconState"]["fields"];

/** Bytes are not a beacon state, or not the one that was asked for. */
export class StateFormatError extends FieldError {}

/** A list of records of one length, as a state has it in SSZ. */
export interface RecordList {
  readonly bytes: Buffer;
  /** Bytes of a record. */
  readonly size: number;
  readonly count: number;
}

/** What is read of a beacon state in SSZ; lists stay where they stand. */
export interface SszState {
  readonly slot: bigint;
  readonly genesisValidatorsRoot: Hex;
  /** Of the newest block; without its state root if no slot followed it (consensus-specs, phase0 `process_slot`). */
  readonly latestBlockHeader: phase0.BeaconBlockHeader;
  readonly validators: RecordList;
  /** As many as validators. */
  readonly balances: RecordList;
  readonly pendingDeposits: RecordList;
}

const REMEDY = "try again, or use another node";

/**
 * Finds the parts of a beacon state without reading its lists (consensus-specs, electra and fulu `BeaconState`).
 * @throws {StateFormatError} If the bytes are cut off, too many, or of another fork, or lists do not fit each other.
 */
export function openState(bytes: Buffer, fork: KnownFork, types: ConsensusTypes): SszState {
  const fields = fieldsOf(bytes, fork, types);
  const field = (name: StateField): Buffer => fields.get(name)?.bytes ?? Buffer.alloc(0);
  const [validators, balances, pendingDeposits] = [list("validators"), list("balances"), list("pendingDeposits")];
  if (validators.count !== balances.count)
    throw new StateFormatError(
      "beacon state",
      `${balances.count} balances`,
      `has ${validators.count} validators, and not a balance of each`,
      REMEDY,
    );
  function list(name: StateField): RecordList {
    const { size = 1 } = fields.get(name) ?? {};
    return { bytes: field(name), size, count: field(name).length / size };
  }
  return {
    slot: field("slot").readBigUInt64LE(),
    genesisValidatorsRoot: toHex(field("genesisValidatorsRoot")),
    latestBlockHeader: types.phase0.BeaconBlockHeader.deserialize(field("latestBlockHeader")),
    ...{ validators, balances, pendingDeposits },
  };
}

/**
 * Root of the newest block that a state has.
 * @param stateRoot Of the state, which the header lacks if the state is that of the block itself.
 */
export function blockRootOf({ latestBlockHeader }: SszState, stateRoot: Uint8Array, types: ConsensusTypes): Hex {
  const { BeaconBlockHeader } = types.phase0;
  // A copy, because the types keep the root of what they hashed.
  const header = BeaconBlockHeader.clone(latestBlockHeader);
  if (header.stateRoot.every((byte) => byte === 0)) header.stateRoot = stateRoot;
  return toHex(BeaconBlockHeader.hashTreeRoot(header));
}

/** A field by its name, with its bytes, and of how many an element is if it is a list. */
type Fields = ReadonlyMap<StateField, { readonly bytes: Buffer; readonly size: number }>;

function fieldsOf(bytes: Buffer, fork: KnownFork, types: ConsensusTypes): Fields {
  const { BeaconState } = types[fork];
  const fields = Object.entries<object>(BeaconState.fields);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (reason: string): StateFormatError =>
    new StateFormatError("beacon state", `${bytes.length} bytes`, `is not one of ${fork}: ${reason}`, REMEDY);
  const ranges = attempt(() => BeaconState.getFieldRanges(view, 0, bytes.length), refuse);
  return new Map(
    fields.map(([name, type], i) => {
      const field = bytes.subarray(ranges[i]?.start, ranges[i]?.end);
      const size = elementSize(type);
      if (field.length % size !== 0) throw refuse(`${name} ends in the middle of an element of ${size} bytes`);
      return [name as StateField, { bytes: field, size }];
    }),
  );
}

function elementSize(type: object): number {
  const { elementType } = type as { elementType?: { fixedSize: number | null } };
  return elementType?.fixedSize ?? 1;
}

function attempt<T>(read: () => T, refuse: (reason: string) => Error): T {
  try {
    return read();
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}
