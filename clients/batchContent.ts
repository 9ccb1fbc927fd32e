import { z } from "zod";

import { parseCeremony, type Ceremony } from "../src/ceremony/ceremony.ts";
import { ceremonyTree } from "../src/ceremony/tree.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE } from "../src/keys/depositFile.ts";
import { sameOperators } from "../src/ssv/committee.ts";
import { KEYSHARES_FILE } from "../src/ssv/keysharesFile.ts";
import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import { parseJson } from "../src/units/json.ts";
import type { RegisteredBatch } from "./batches.ts";
import type { BatchFiles } from "./ceremonyFolder.ts";
import { contentPlace, type ContentPlace } from "./contentPlaces.ts";
import { tooLarge, type HttpAccess } from "./httpFiles.ts";

/** The files of a batch are not where they should be, or not those of the batch. */
export class BatchContentError extends FieldError {}

/** What the chain says of a batch, by which its files are judged. */
export type BatchCommitment = Pick<RegisteredBatch, "root" | "count" | "operatorIds">;

const Entries = z.array(z.unknown());
const Keyshares = z.object({ shares: Entries });

const OTHERS = "have its operator store the files that were registered, or name their folder with --dir";
const MAX_BYTES = 16 * 2 ** 20;
/** Of a key, and again of each operator for it: shares, keys and proofs as hexadecimal take less. */
const BYTES_EACH = 2 * 2 ** 10;

/** Most bytes of one file of a batch: 2 KiB for each key and again for each of its operators, at most 16 MiB. */
export function maxContentBytes({ count, operatorIds }: Pick<BatchCommitment, "count" | "operatorIds">): number {
  return Math.min(MAX_BYTES, BYTES_EACH * (1 + count * (1 + operatorIds.length)));
}

/**
 * Stores the files of a batch under its root, and reads them back as others will. What is there already stays, so that
 * it can be repeated.
 * @param place Where the batches of a pool are kept.
 * @param reader The same place as others see it.
 * @throws {BatchContentError} If something else is there, or what is read back is not the batch.
 * @throws {FieldError} If the place does not take the files, or they exceed `maxContentBytes`.
 */
export async function storeContent(
  place: ContentPlace,
  files: BatchFiles,
  batch: BatchCommitment,
  network: Network,
  reader: ContentPlace = place,
): Promise<void> {
  const target = place.below(batch.root);
  const maxBytes = maxContentBytes(batch);
  for (const [name, text] of Object.entries(files))
    if (Buffer.byteLength(text) > maxBytes) throw tooLarge("dir", name, maxBytes);
  for (const [name, text] of Object.entries(files)) {
    const stored = await target.read(name, maxBytes);
    if (stored === undefined) await target.write(name, text);
    else if (stored !== text) throw otherContent(`${target.uri}${name}`);
  }
  const source = reader.below(batch.root);
  for (const [name, text] of Object.entries(files))
    if ((await source.read(name, maxBytes)) !== text)
      throw new BatchContentError(
        "content",
        `${source.uri}${name}`,
        "does not give back what was stored",
        "name a place that keeps files as they are, and gives them to everybody at once",
      );
  await readContent(source, batch, network);
}

/**
 * Fetches the files of a registered batch from its content URI and verifies all of them, so that it does not matter who
 * keeps them.
 * @throws {BatchContentError} If there is no URI, a file is missing, or they are those of another batch.
 * @throws {FieldError} If they cannot be read, or as `parseCeremony` does.
 */
export async function fetchContent(
  batch: Pick<RegisteredBatch, "batchId" | "contentURI"> & BatchCommitment,
  network: Network,
  access: HttpAccess = {},
): Promise<Ceremony> {
  const field = `content of batch ${batch.batchId}`;
  if (batch.contentURI === "")
    throw new BatchContentError(field, "nothing", "was registered without a URI", "name its folder with --dir");
  return readContent(contentPlace(batch.contentURI, field, access), batch, network, field);
}

async function readContent(
  place: ContentPlace,
  batch: BatchCommitment,
  network: Network,
  field = "content",
): Promise<Ceremony> {
  const maxBytes = maxContentBytes(batch);
  const read = async (name: string): Promise<string> => {
    const text = await place.read(name, maxBytes);
    if (text !== undefined) return text;
    throw new BatchContentError(
      field,
      `${place.uri}${name}`,
      "is not there",
      "have its operator store the files, or name their folder with --dir",
    );
  };
  const [deposits, keyshares] = [await read(DEPOSIT_FILE), await read(KEYSHARES_FILE)];
  // Signatures take a while: whoever keeps the files must not choose how many are verified.
  checkCount(parseJson(deposits, Entries, `${place.uri}${DEPOSIT_FILE}`), `${place.uri}${DEPOSIT_FILE}`, batch, field);
  const { shares } = parseJson(keyshares, Keyshares, `${place.uri}${KEYSHARES_FILE}`);
  checkCount(shares, `${place.uri}${KEYSHARES_FILE}`, batch, field);
  const ceremony = parseCeremony({ deposits, keyshares }, network, place.uri);
  const { operatorIds, keys } = ceremony;
  const root = ceremonyTree(keys).root as Hex;
  if (root !== batch.root || !sameOperators(operatorIds, batch.operatorIds))
    throw new BatchContentError(
      field,
      place.uri,
      `is another batch, ${describe({ root, count: keys.length, operatorIds })} instead of ${describe(batch)}`,
      OTHERS,
    );
  return ceremony;
}

function checkCount(entries: readonly unknown[], file: string, { count }: BatchCommitment, field: string): void {
  if (entries.length !== count)
    throw new BatchContentError(field, file, `is of ${entries.length} keys instead of ${count}`, OTHERS);
}

function describe({ root, count, operatorIds }: BatchCommitment): string {
  return `root ${root} of ${count} keys for operators ${operatorIds.join(", ")}`;
}

function otherContent(file: string): BatchContentError {
  return new BatchContentError(
    "content",
    file,
    "is another file already",
    "find out who stored it; then remove it, or name another place",
  );
}
