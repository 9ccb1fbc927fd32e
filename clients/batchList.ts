import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { z } from "zod";

import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import { FileFormatError, hexSchema, parseJson } from "../src/units/json.ts";
import { KEYSHARES_FILE, parseKeysharesFile } from "../src/ssv/keysharesFile.ts";
import { batchFolders } from "./ceremonyFolder.ts";
import { hasProofs } from "./dkgFolder.ts";
import { makeFolder, moveFolder, writeText } from "./files.ts";
import { checkNoLink, listSubfolder, readFolderFile } from "./folderFiles.ts";

/** What a batch in a folder says of itself; nothing of it is verified. */
export interface ListedBatch {
  readonly folder: string;
  /** Account that registers at SSV, EIP-55. */
  readonly owner: string;
  readonly firstNonce: bigint;
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
  /** By ascending nonce. */
  readonly pubkeys: readonly Hex[];
  /** Whether operators made its keys together, which exist as shares only. */
  readonly hasProofs: boolean;
}

/** A list of keys in a folder is damaged. */
export class BatchListError extends FieldError {}

/** Batches whose shares are void stay here, out of the way. */
const SUPERSEDED = "superseded";
/** Keys that are not to be split again. */
const EXCLUDED = "excluded.json";

/**
 * The batches of a ceremony to which others can be added, by ascending nonce.
 * @throws {BatchListError} If the folder is that of one batch.
 * @throws {FieldError} If a file cannot be read.
 */
export function listBatchFolders(folder: string): ListedBatch[] {
  const folders = batchFolders(folder);
  if (folders[0] === folder)
    throw new BatchListError(
      "dir",
      folder,
      `holds the ${KEYSHARES_FILE} of one batch`,
      "name another folder: a ceremony keeps its batches below batches/",
    );
  return folders.map(listBatch);
}

/** The batches of a ceremony whose shares are void, in the order in which they were put aside. */
export function listSuperseded(folder: string): ListedBatch[] {
  const home = join(folder, SUPERSEDED);
  return listSubfolder(home, "dir").map((name) => {
    checkNoLink(join(home, name), "dir");
    return listBatch(join(home, name));
  });
}

/**
 * Puts a batch aside whose shares are void.
 * @throws {FileError} If it cannot be moved.
 */
export function supersede(folder: string, batch: string): void {
  const home = join(folder, SUPERSEDED);
  makeFolder(home, "dir", "private");
  const order = String(listSubfolder(home, "dir").length).padStart(4, "0");
  moveFolder(batch, join(home, `${order}-${basename(batch)}`), "dir");
}

/** The file of a folder that lists keys which are not to be split again. */
export function excludedFile(folder: string): string {
  return join(folder, EXCLUDED);
}

/**
 * Keys that are not to be split again.
 * @throws {BatchListError} If their list is damaged.
 * @throws {FileError} If it cannot be read.
 */
export function readExcluded(folder: string): Set<Hex> {
  const file = excludedFile(folder);
  if (!existsSync(file)) return new Set();
  const text = readFolderFile(file, "dir");
  try {
    return new Set(parseJson(text, z.array(hexSchema(48)), EXCLUDED));
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error;
    const { field, value, problem } = error.parts;
    throw new BatchListError(field, value, problem, `write the public keys that are left out as ["0x…","0x…"]`);
  }
}

/**
 * Adds keys that are not to be split again.
 * @throws {FileError} If their list cannot be written.
 */
export function exclude(folder: string, pubkeys: readonly Hex[]): void {
  const all = new Set([...readExcluded(folder), ...pubkeys]);
  writeText(excludedFile(folder), "dir", `${JSON.stringify([...all], null, 2)}\n`, "private");
}

function listBatch(folder: string): ListedBatch {
  const file = join(folder, KEYSHARES_FILE);
  const keyshares = parseKeysharesFile(readFolderFile(file, "dir"), file);
  keyshares.sort((a, b) => (a.ownerNonce < b.ownerNonce ? -1 : 1));
  const [first] = keyshares;
  if (first === undefined) throw new BatchListError("batch", folder, "holds no keys", "remove the folder");
  const { owner, ownerNonce, operatorIds } = first;
  const pubkeys = keyshares.map(({ publicKey }) => publicKey);
  return { folder, owner, firstNonce: ownerNonce, operatorIds, pubkeys, hasProofs: hasProofs(folder) };
}
