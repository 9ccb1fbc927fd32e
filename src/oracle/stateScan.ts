import type { Hex } from "../units/hex.ts";
import { FAR_FUTURE_EPOCH, type PendingDeposit, type StateValidator } from "./beaconState.ts";
import { PubkeyIndex } from "./pubkeyIndex.ts";
import { StateFormatError, type ConsensusTypes, type SszState } from "./sszState.ts";

/** What a state has of some keys. */
export interface StateRecords {
  /** By public key; keys without a validator are left out. */
  readonly validators: ReadonlyMap<Hex, StateValidator>;
  /** Of these keys, in the order of the queue. */
  readonly pendingDeposits: readonly PendingDeposit[];
}

/**
 * Where each field of an entry stands (consensus-specs, electra `PendingDeposit`). Written down, because the types take
 * more memory than all else that reads a queue.
 */
export const DEPOSIT = {
  ...{ pubkey: 0, withdrawalCredentials: 48, amount: 80, signature: 88, slot: 184 },
  size: 192,
} as const;

/** Where each field of a record stands. */
type Layout<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Looks through the registry and the queue of deposits of a state for some keys.
 * @throws {StateFormatError} If one of them has two validators, which no state has.
 */
export function scanState(state: SszState, pubkeys: readonly Hex[], types: ConsensusTypes): StateRecords {
  const index = new PubkeyIndex(pubkeys);
  return {
    validators: scanValidators(state, index, layoutOf(types.phase0.Validator)),
    pendingDeposits: scanDeposits(state.pendingDeposits.bytes, index),
  };
}

/**
 * Looks through a queue of deposits for those of some keys.
 * @throws {StateFormatError} If it ends in the middle of one.
 */
export function scanDepositBytes(bytes: Buffer, pubkeys: readonly Hex[]): PendingDeposit[] {
  if (bytes.length % DEPOSIT.size !== 0)
    throw new StateFormatError(
      "pending deposits",
      `${bytes.length} bytes`,
      `end in the middle of one of ${DEPOSIT.size} bytes`,
      "try again, or use another node",
    );
  return scanDeposits(bytes, new PubkeyIndex(pubkeys));
}

function scanValidators(
  { validators: { bytes, size }, balances }: SszState,
  index: PubkeyIndex,
  at: Layout<keyof ConsensusTypes["phase0"]["Validator"]["fields"]>,
): Map<Hex, StateValidator> {
  const found = new Map<Hex, StateValidator>();
  const credentials = new HexReader(32);
  for (let record = 0, position = 0; record < bytes.length; record += size, position++) {
    const pubkey = index.find(bytes, record + at.pubkey);
    if (pubkey === undefined) continue;
    if (found.has(pubkey))
      throw new StateFormatError("beacon state", pubkey, "has two validators of one key", "use another node");
    found.set(pubkey, {
      index: BigInt(position),
      pubkey,
      withdrawalCredentials: credentials.read(bytes, record + at.withdrawalCredentials),
      balanceGwei: balances.bytes.readBigUInt64LE(position * balances.size),
      effectiveBalanceGwei: bytes.readBigUInt64LE(record + at.effectiveBalance),
      isSlashed: bytes[record + at.slashed] !== 0,
      exitEpoch: readEpoch(bytes, record + at.exitEpoch),
      withdrawableEpoch: readEpoch(bytes, record + at.withdrawableEpoch),
    });
  }
  return found;
}

function scanDeposits(bytes: Buffer, index: PubkeyIndex): PendingDeposit[] {
  const at = DEPOSIT;
  const found: PendingDeposit[] = [];
  const [credentials, signature] = [new HexReader(32), new HexReader(96)];
  for (let record = 0; record < bytes.length; record += at.size) {
    const pubkey = index.find(bytes, record + at.pubkey);
    if (pubkey === undefined) continue;
    found.push({
      pubkey,
      withdrawalCredentials: credentials.read(bytes, record + at.withdrawalCredentials),
      amountGwei: bytes.readBigUInt64LE(record + at.amount),
      signature: signature.read(bytes, record + at.signature),
      slot: bytes.readBigUInt64LE(record + at.slot),
    });
  }
  return found;
}

/** Reads hexadecimal; the same bytes as before make the same string, since the validators of a pool share credentials. */
class HexReader {
  readonly #length: number;
  #last: Buffer = Buffer.alloc(0);
  #text: Hex = "0x";

  constructor(length: number) {
    this.#length = length;
  }

  read(bytes: Buffer, offset: number): Hex {
    const end = offset + this.#length;
    if (this.#last.length === 0 || this.#last.compare(bytes, offset, end) !== 0) {
      this.#last = bytes.subarray(offset, end);
      this.#text = `0x${this.#last.toString("hex")}`;
    }
    return this.#text;
  }
}

/** Nearly all epochs are the far future one, of which one number is enough. */
function readEpoch(bytes: Buffer, offset: number): bigint {
  const epoch = bytes.readBigUInt64LE(offset);
  return epoch === FAR_FUTURE_EPOCH ? FAR_FUTURE_EPOCH : epoch;
}

function layoutOf<Name extends string>(type: {
  readonly fields: Readonly<Record<Name, unknown>>;
  readonly fixedSize: number | null;
  getFieldRanges(data: DataView, start: number, end: number): { start: number }[];
}): Layout<Name> {
  const size = type.fixedSize ?? 0;
  const ranges = type.getFieldRanges(new DataView(new ArrayBuffer(size)), 0, size);
  const entries = Object.keys(type.fields).map((name, i) => [name, ranges[i]?.start ?? 0]);
  return Object.fromEntries(entries) as Layout<Name>;
}
