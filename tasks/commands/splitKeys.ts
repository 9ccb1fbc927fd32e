import { batchFiles, writeBatch } from "../../clients/ceremonyFolder.ts";
import { JOB_SIZE, runKeyJobs } from "../../clients/keyWorkers.ts";
import type { KeyReference, KeyshareJob } from "../../src/ceremony/keyJobs.ts";
import type { PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import type { DepositData } from "../../src/consensus/deposit.ts";
import type { Network } from "../../src/consensus/network.ts";
import { formatDepositFile } from "../../src/keys/depositFile.ts";
import type { Keyshare } from "../../src/ssv/keyshare.ts";
import { formatKeysharesFile, type ListedOperator } from "../../src/ssv/keysharesFile.ts";
import { toHex } from "../../src/units/hex.ts";
import { inChunks } from "../../src/units/chunks.ts";
import { InputError } from "../input.ts";
import { checkKeySource, openKeySource, type KeySourceArguments } from "../keySource.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import type { SplitBatch } from "./splitOutcome.ts";

/** Keys to split. */
export interface SplitRequest {
  /** Folder of the ceremony. */
  readonly folder: string;
  readonly network: Network;
  /** Of all keys of the ceremony. */
  readonly deposits: readonly DepositData[];
  readonly batches: readonly PlannedBatch[];
  /** Every operator of the batches. */
  readonly operators: ReadonlyMap<bigint, ListedOperator>;
  /** Account that registers at SSV. */
  readonly owner: string;
  /** Seed of the mnemonic, where keys are indexes; the caller overwrites it. */
  readonly seed: Uint8Array | undefined;
  /** The key at a position. */
  readonly keyAt: (position: number) => KeyReference;
  /** Time to state in the files, ISO 8601. */
  readonly createdAt: string;
}

/**
 * Splits keys that were planned, with the secrets that somebody names or types.
 * @param createdAt Time to state in the files, ISO 8601.
 * @param onOpened Called when the secrets are known to be those of the keys, before anything is written.
 * @throws {FieldError} If the secrets are not those of the keys.
 */
export async function splitPrepared(
  prepared: Omit<SplitRequest, "seed" | "keyAt" | "createdAt">,
  source: KeySourceArguments,
  createdAt: string,
  terminal: Terminal,
  onOpened: () => void = () => undefined,
): Promise<SplitBatch[]> {
  const { folder, deposits, batches } = prepared;
  const positions = batches.flatMap((batch) => batch.positions);
  const pubkeys = deposits.map(({ pubkey }) => toHex(pubkey));
  checkKeySource(source, pubkeys.length);
  if (positions.length === 0) {
    onOpened();
    return [];
  }
  const { seed, keyAt, dispose } = await openKeySource(source, folder, pubkeys, positions, terminal);
  try {
    onOpened();
    return await splitBatches({ ...prepared, seed, keyAt, createdAt }, terminal);
  } finally {
    dispose();
  }
}

/** Splits the keys of planned batches and writes each batch when it and those before it are done. */
export async function splitBatches(request: SplitRequest, terminal: Terminal): Promise<SplitBatch[]> {
  const { batches, seed } = request;
  const jobs = batches.map((batch) => jobsOf(batch, request));
  const keyshares: Keyshare[][][] = batches.map(() => []);
  const written: SplitBatch[] = [];
  const owners = jobs.flatMap((list, batch) => list.map((_, job) => ({ batch, job })));
  const total = batches.reduce((sum, { positions }) => sum + positions.length, 0);
  await withProgress(terminal, "split keys", total, (advance) =>
    runKeyJobs(jobs.flat(), seed, (keys, position, result) => {
      const { batch = 0, job = 0 } = owners[position] ?? {};
      const parts = keyshares[batch];
      if (parts !== undefined) parts[job] = result;
      advance(keys);
      // In the order of nonces, so that an interrupted run leaves no gap between batches.
      for (let next = written.length; isDone(jobs[next], keyshares[next]); next++)
        written.push(write(request, next, (keyshares[next] ?? []).flat()));
    }),
  );
  return written;
}

function jobsOf({ firstNonce, operatorIds, positions }: PlannedBatch, request: SplitRequest): KeyshareJob[] {
  const { owner, keyAt } = request;
  const operators = listOperators(request, operatorIds);
  let nonce = firstNonce;
  return inChunks(positions, JOB_SIZE).map((chunk) => {
    const job: KeyshareJob = { kind: "keyshares", keys: chunk.map(keyAt), operators, owner, firstNonce: nonce };
    nonce += BigInt(chunk.length);
    return job;
  });
}

function write(request: SplitRequest, index: number, keyshares: readonly Keyshare[]): SplitBatch {
  const { folder, network, deposits, createdAt } = request;
  const batch = request.batches[index];
  if (batch === undefined) throw new Error("no such batch was planned");
  const operators = listOperators(request, batch.operatorIds);
  const own = batch.positions.flatMap((position) => deposits[position] ?? []);
  keyshares.forEach(({ publicKey }, i) => {
    const pubkey = toHex(own[i]?.pubkey ?? new Uint8Array());
    if (publicKey !== pubkey)
      throw new InputError(
        "key",
        publicKey,
        `is not key ${batch.positions[i] ?? 0} of ${folder}, ${pubkey}`,
        "give the mnemonic, passphrase and first index that the folder was made with",
      );
  });
  const files = batchFiles({
    deposits: formatDepositFile(own, network),
    keyshares: formatKeysharesFile(
      keyshares.map((keyshare) => ({ ...keyshare, operators })),
      createdAt,
    ),
  });
  const path = writeBatch(folder, batch.firstNonce, own.length, files);
  return { folder: path, firstNonce: batch.firstNonce, keys: own.length, operators: [...batch.operatorIds] };
}

function listOperators({ operators }: SplitRequest, ids: readonly bigint[]): ListedOperator[] {
  return ids.map((id) => {
    const operator = operators.get(id);
    if (operator === undefined) throw new Error(`operator ${id} was not looked up`);
    return operator;
  });
}

function isDone(jobs: readonly unknown[] | undefined, parts: readonly unknown[] | undefined): boolean {
  return jobs !== undefined && parts !== undefined && Object.keys(parts).length === jobs.length;
}
