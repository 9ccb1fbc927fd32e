import { fetchContent } from "../../clients/batchContent.ts";
import { findBatch, type RegisteredBatch } from "../../clients/batches.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";

/** A registered batch with its files. */
export interface OpenedBatch {
  readonly batch: RegisteredBatch;
  readonly ceremony: Ceremony;
}

/** Where the files of batches are. */
export interface BatchFilesSource {
  /** All of the pool. */
  readonly batches: readonly RegisteredBatch[];
  readonly network: Network;
  /** Folder of ceremonies; where each batch's operator stored them, if left out. */
  readonly dir: string | undefined;
  readonly terminal: Terminal;
}

/** Consecutive keys of one batch that were activated. */
export interface KeyRun extends OpenedBatch {
  readonly from: number;
  /** Position behind the last one. */
  readonly to: number;
}

/**
 * A batch with its files.
 * @throws {InputError} If the folder does not hold them.
 * @throws {FieldError} As `readBatches` and `fetchContent` do.
 */
export async function openBatch(source: BatchFilesSource, batchId: bigint): Promise<OpenedBatch> {
  const batch = source.batches.find((registered) => registered.batchId === batchId);
  if (batch === undefined)
    throw new InputError("batch", `${batchId}`, "is not registered", "look up the batches with `validators list`");
  const { dir, network, terminal, batches } = source;
  if (dir === undefined) {
    if (batch.contentURI !== "")
      terminal.note(`reading the files of batch ${batchId} from where its operator stored them …`);
    return { batch, ceremony: await fetchContent(batch, network) };
  }
  const found = readBatches(dir, network).find(({ ceremony }) => findBatch(batches, ceremony)?.batchId === batchId);
  if (found === undefined)
    throw new InputError("dir", dir, `does not hold batch ${batchId}`, "name the folder of its ceremony");
  return { batch, ceremony: found.ceremony };
}

/**
 * Where keys stand, as runs of at most `longest`, by batch and position.
 * @throws {InputError} If a key is in no batch, or was not activated.
 */
export async function findRuns(source: BatchFilesSource, pubkeys: readonly Hex[], longest: number): Promise<KeyRun[]> {
  return joinRuns([...(await findPlaces(source, pubkeys)).values()], longest);
}

/**
 * Where keys stand, as runs that follow each other as the keys do.
 * @throws {InputError} If a key is in no batch, or was not activated.
 */
export async function findRunsInOrder(source: BatchFilesSource, pubkeys: readonly Hex[]): Promise<KeyRun[]> {
  const places = await findPlaces(source, pubkeys);
  return joinRuns(
    pubkeys.flatMap((key) => places.get(key.toLowerCase()) ?? []),
    pubkeys.length,
  );
}

/** Runs of one key each, by batch and position. */
async function findPlaces(source: BatchFilesSource, pubkeys: readonly Hex[]): Promise<Map<string, KeyRun>> {
  const missing = new Set(pubkeys.map((key) => key.toLowerCase()));
  const places = new Map<string, KeyRun>();
  for (const { batchId, activated } of source.batches) {
    if (missing.size === 0) break;
    if (activated === 0 || !isInFolder(source, batchId)) continue;
    const opened = await openBatch(source, batchId);
    for (const [from, { pubkey }] of opened.ceremony.keys.slice(0, activated).entries()) {
      const key = pubkey.toLowerCase();
      if (missing.delete(key)) places.set(key, { ...opened, from, to: from + 1 });
    }
  }
  const [other] = missing;
  if (other !== undefined)
    throw new InputError(
      "keys",
      other,
      source.dir === undefined ? "is no activated key of the pool" : `is no activated key of a batch in ${source.dir}`,
      "look it up with `validators show`",
    );
  return places;
}

function joinRuns(places: readonly KeyRun[], longest: number): KeyRun[] {
  const runs: KeyRun[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    const follows = last?.batch.batchId === place.batch.batchId && last.to === place.from;
    if (last !== undefined && follows && last.to - last.from < longest)
      runs[runs.length - 1] = { ...last, to: place.to };
    else runs.push(place);
  }
  return runs;
}

function isInFolder({ dir, network, batches }: BatchFilesSource, batchId: bigint): boolean {
  if (dir === undefined) return true;
  return readBatches(dir, network).some(({ ceremony }) => findBatch(batches, ceremony)?.batchId === batchId);
}
