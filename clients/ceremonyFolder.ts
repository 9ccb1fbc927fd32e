import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";

import {
  parseCeremony,
  parseSharedKeys,
  type Ceremony,
  type CeremonyFiles,
  type SharedKeys,
} from "../src/ceremony/ceremony.ts";
import { PROOFS_FILE } from "../src/ceremony/dkgProofs.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE } from "../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../src/ssv/keysharesFile.ts";
import { FieldError } from "../src/units/errors.ts";
import { makeFolder, writeFolder, writeText } from "./files.ts";
import { checkNoLink, listSubfolder, readFolderFile } from "./folderFiles.ts";
import { findFile } from "./namedFiles.ts";

/** A folder does not hold a ceremony, or must not be overwritten. */
export class CeremonyFolderError extends FieldError {}

/** Where a ceremony of several batches keeps them, one folder each. */
const BATCHES = "batches";
/** `<first nonce>-<last nonce>`, six digits each, so that names sort as nonces do. */
const BATCH_NAME = /^\d{6}-\d{6}$/;

/** Key shares of any tool, verified. */
export interface ForeignCeremony {
  /** Name of their file. */
  readonly keysharesFile: string;
  readonly keys: SharedKeys;
  /** Undefined if there are no deposits beside them. */
  readonly ceremony: Ceremony | undefined;
}

/** Files of one batch, by their names: what the pool registers, and what others need to activate it. */
export type BatchFiles = Readonly<Record<string, string>>;

/**
 * The folders of a ceremony's batches by ascending nonce: those below `batches/`, or else the folder itself, which holds
 * the files of one batch then.
 * @throws {FileError} If it cannot be read, or one of them is a link.
 */
export function batchFolders(folder: string): string[] {
  const names = listSubfolder(join(folder, BATCHES), "dir").filter((name) => BATCH_NAME.test(name));
  const paths = names.map((name) => join(folder, BATCHES, name));
  for (const path of paths) checkNoLink(path, "dir");
  if (paths.length > 0) return paths;
  return existsSync(join(folder, KEYSHARES_FILE)) ? [folder] : [];
}

/**
 * What lies beside the batches of a ceremony and is none, because its name is not that of a batch.
 * @throws {FileError} If the folder cannot be read.
 */
export function otherFolders(folder: string): string[] {
  return listSubfolder(join(folder, BATCHES), "dir")
    .filter((name) => !BATCH_NAME.test(name))
    .map((name) => join(BATCHES, name));
}

/**
 * The folders of a ceremony's batches, or else the folder itself, if it holds key shares under the name that any tool
 * gives them.
 * @throws {FileError} If it cannot be read.
 * @throws {NamedFileError} If it holds several files of them.
 */
export function keyshareFolders(folder: string): string[] {
  const folders = batchFolders(folder);
  return folders.length === 0 && findFile(folder, KEYSHARES_FILE) !== undefined ? [folder] : folders;
}

/**
 * What the names of a batch's files begin with in messages: its folder within that of the ceremony, with a slash.
 * @returns Nothing for the folder itself.
 */
export function batchPrefix(folder: string, batch: string): string {
  return batch === folder ? "" : `${relative(folder, batch)}/`;
}

/** The name of the folder of a batch with these nonces. */
export function batchName(firstNonce: bigint, count: number): string {
  const digits = (nonce: bigint): string => nonce.toString().padStart(6, "0");
  return `${digits(firstNonce)}-${digits(firstNonce + BigInt(count) - 1n)}`;
}

/**
 * Adds a batch to a ceremony, whole or not at all.
 * @returns Its folder.
 * @throws {FileError} If it is there already, or cannot be written.
 */
export function writeBatch(folder: string, firstNonce: bigint, count: number, files: BatchFiles): string {
  const batches = join(folder, BATCHES);
  const path = join(batches, batchName(firstNonce, count));
  makeFolder(batches, "dir", "private");
  writeFolder(path, "dir", files, "private");
  return path;
}

/** The names under which the files of a batch are kept. */
export function batchFiles({ deposits, keyshares }: CeremonyFiles): BatchFiles {
  return { [DEPOSIT_FILE]: `${deposits}\n`, [KEYSHARES_FILE]: `${keyshares}\n` };
}

/**
 * The files of one batch as they are: deposits and key shares, and proofs if there are any.
 * @throws {CeremonyFolderError} If a file is missing.
 * @throws {FileError} If one cannot be read.
 */
export function readBatchFiles(
  folder: string,
): BatchFiles & Record<typeof DEPOSIT_FILE | typeof KEYSHARES_FILE, string> {
  const files = { [DEPOSIT_FILE]: read(folder, DEPOSIT_FILE), [KEYSHARES_FILE]: read(folder, KEYSHARES_FILE) };
  return existsSync(join(folder, PROOFS_FILE)) ? { ...files, [PROOFS_FILE]: read(folder, PROOFS_FILE) } : files;
}

/**
 * Reads and verifies the files of one batch.
 * @param at What the names of the files begin with in messages, see `batchPrefix`.
 * @throws {CeremonyFolderError} If a file is missing.
 * @throws {FileError} If one cannot be read.
 * @throws {FieldError} As `parseCeremony` does.
 */
export function readCeremony(folder: string, network: Network, at = ""): Ceremony {
  const [deposits, keyshares] = [read(folder, DEPOSIT_FILE), read(folder, KEYSHARES_FILE)];
  return parseCeremony({ deposits, keyshares }, network, at);
}

/**
 * Reads and verifies key shares that any tool wrote, with their deposits.
 * @returns Key shares alone if there are no deposits beside them, as ssv-keys leaves them.
 * @throws {CeremonyFolderError | NamedFileError} If a file is missing, or there are several of a kind.
 * @throws {FileError} If one cannot be read.
 * @throws {FieldError} As `parseCeremony` does.
 */
export function readForeignCeremony(folder: string, network: Network): ForeignCeremony {
  const keyshares = findFile(folder, KEYSHARES_FILE) ?? missing(folder, KEYSHARES_FILE);
  const deposits = findFile(folder, DEPOSIT_FILE);
  const text = readFolderFile(keyshares, "dir");
  const keysharesFile = basename(keyshares);
  if (deposits === undefined) return { keysharesFile, keys: parseSharedKeys(text, keysharesFile), ceremony: undefined };
  const names = { deposits: basename(deposits), keyshares: keysharesFile };
  const ceremony = parseCeremony({ deposits: readFolderFile(deposits, "dir"), keyshares: text }, network, "", names);
  return { keysharesFile, keys: ceremony, ceremony };
}

/**
 * Writes the files of one batch into a folder, with a note on where they come from.
 * @throws {CeremonyFolderError} If there is a ceremony already.
 * @throws {FileError} If the folder or a file cannot be written.
 */
export function writeCeremony(folder: string, files: CeremonyFiles, note: string): void {
  for (const name of [DEPOSIT_FILE, KEYSHARES_FILE])
    if (existsSync(join(folder, name)))
      throw new CeremonyFolderError("out", folder, `holds a ${name} already`, "name another folder");
  makeFolder(folder, "out");
  for (const [name, text] of Object.entries({ ...batchFiles(files), "README.md": `${note}\n` }))
    writeText(join(folder, name), "out", text);
}

function read(folder: string, name: string): string {
  const file = join(folder, name);
  return existsSync(file) ? readFolderFile(file, "dir") : missing(folder, name);
}

function missing(folder: string, name: string): never {
  throw new CeremonyFolderError("dir", folder, `holds no ${name}`, "name the folder that the ceremony wrote");
}
