import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ssz } from "@lodestar/types";

import { FAR_FUTURE_EPOCH } from "../../src/oracle/beaconState.ts";
import { toHex } from "../../src/units/hex.ts";
import {
  BALANCE_GWEI,
  CREDENTIALS,
  EFFECTIVE_GWEI,
  pubkeyOf,
  QUEUED,
  queueRecords,
  SLOT,
  VALIDATORS,
  type SyntheticState,
} from "./syntheticChain.ts";

/** Changes with what is written below, so that no older file is taken. */
const VERSION = 1;
const FOLDER = join(tmpdir(), "pooleth-benchmark-oracle");
const { BeaconState } = ssz.fulu;
const CREDENTIAL_BYTES = Buffer.from(CREDENTIALS.slice(2), "hex");

/** A Fulu state of the mainnet preset with so many validators, all active; written once, and the same each time. */
export function syntheticState(): SyntheticState {
  const file = join(FOLDER, `state-${VERSION}-${VALIDATORS}-${QUEUED}.ssz`);
  const known = `${file}.json`;
  if (existsSync(known)) return JSON.parse(readFileSync(known, "utf8")) as SyntheticState;
  mkdirSync(FOLDER, { recursive: true });
  const value = BeaconState.defaultValue();
  value.slot = Number(SLOT);
  value.genesisValidatorsRoot.fill(9);
  // As behind an empty slot, so that the header is whole.
  value.latestBlockHeader = { ...value.latestBlockHeader, slot: value.slot - 1, stateRoot: new Uint8Array(32).fill(7) };
  const blockRoot = toHex(ssz.phase0.BeaconBlockHeader.hashTreeRoot(value.latestBlockHeader));
  writeState(`${file}.part`, BeaconState.serialize(value), {
    validators: validatorRecords(),
    balances: uint64s(BALANCE_GWEI),
    previousEpochParticipation: Buffer.alloc(VALIDATORS, 7),
    currentEpochParticipation: Buffer.alloc(VALIDATORS, 7),
    inactivityScores: uint64s(0n),
    historicalSummaries: Buffer.alloc(64 * 900, 3),
    pendingDeposits: queueRecords(),
  });
  renameSync(`${file}.part`, file);
  const state = { file, blockRoot, genesisValidatorsRoot: toHex(value.genesisValidatorsRoot) };
  writeFileSync(known, JSON.stringify(state));
  return state;
}

/** Writes a state anew with other lists; offsets in its fixed part follow them. */
function writeState(file: string, bytes: Uint8Array, lists: Readonly<Record<string, Buffer>>): void {
  const ranges = BeaconState.getFieldRanges(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    0,
    bytes.length,
  );
  const fields = Object.entries(BeaconState.fields).map(([name, type], i) => {
    const content = lists[name] ?? Buffer.from(bytes).subarray(ranges[i]?.start, ranges[i]?.end);
    return { isFixed: type.fixedSize !== null, content };
  });
  const variable = fields.filter(({ isFixed }) => !isFixed).map(({ content }) => content);
  let offset = fields.reduce((sum, { isFixed, content }) => sum + (isFixed ? content.length : 4), 0);
  const fixed = fields.map(({ isFixed, content }) => {
    if (isFixed) return content;
    const written = Buffer.alloc(4);
    written.writeUInt32LE(offset);
    offset += content.length;
    return written;
  });
  const descriptor = openSync(file, "w");
  for (const part of [...fixed, ...variable])
    for (let done = 0; done < part.length;) done += writeSync(descriptor, part, done);
  closeSync(descriptor);
}

function validatorRecords(): Buffer {
  const size = 121;
  const records = Buffer.alloc(size * VALIDATORS);
  for (let i = 0; i < VALIDATORS; i++) {
    const at = size * i;
    records.set(pubkeyOf(i), at);
    records.set(CREDENTIAL_BYTES, at + 48);
    records.writeBigUInt64LE(EFFECTIVE_GWEI, at + 80);
    records.writeBigUInt64LE(FAR_FUTURE_EPOCH, at + 105);
    records.writeBigUInt64LE(FAR_FUTURE_EPOCH, at + 113);
  }
  return records;
}

function uint64s(value: bigint): Buffer {
  return Buffer.from(new BigUint64Array(VALIDATORS).fill(value).buffer);
}
