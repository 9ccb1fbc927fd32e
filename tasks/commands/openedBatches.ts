import { fetchContent } from "../../clients/batchContent.ts";
import { findBatch, type RegisteredBatch } from "../../clients/batches.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import { findPlaces, joinRuns, type KeyRun, type OpenedBatch } from "../../clients/keyRuns.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";

/** Where the files of batches are. */
export interface BatchFilesSource {
  /** All of the pool. */
  readonly batches: readonly RegisteredBatch[];
  readonly network: Network;
  /** Folder of ceremonies; where each batch's operator stored them, if left out. */
  readonly dir: string | undefined;
  readonly terminal: Terminal;
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
  return joinRuns([...(await requirePlaces(source, pubkeys)).values()], longest);
}

/**
 * Where keys stand, as runs that follow each other as the keys do.
 * @throws {InputError} If a key is in no batch, or was not activated.
 */
export async function findRunsInOrder(source: BatchFilesSource, pubkeys: readonly Hex[]): Promise<KeyRun[]> {
  const places = await requirePlaces(source, pubkeys);
  return joinRuns(
    pubkeys.flatMap((key) => places.get(key.toLowerCase()) ?? []),
    pubkeys.length,
  );
}

/** Runs of one key each, by batch and position. */
async function requirePlaces(source: BatchFilesSource, pubkeys: readonly Hex[]): Promise<ReadonlyMap<string, KeyRun>> {
  const within = source.batches.filter(({ activated, batchId }) => activated > 0 && isInFolder(source, batchId));
  const { places, missing } = await findPlaces(within, ({ batchId }) => openBatch(source, batchId), pubkeys);
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

function isInFolder({ dir, network, batches }: BatchFilesSource, batchId: bigint): boolean {
  if (dir === undefined) return true;
  return readBatches(dir, network).some(({ ceremony }) => findBatch(batches, ceremony)?.batchId === batchId);
}
