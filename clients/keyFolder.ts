import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";

import type { DepositData } from "../src/consensus/deposit.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE, formatDepositFile, parseDepositFile } from "../src/keys/depositFile.ts";
import { parseKeystoreFile } from "../src/keys/keystoreFile.ts";
import type { Hex } from "../src/units/hex.ts";
import { CeremonyFolderError } from "./ceremonyFolder.ts";
import { listFolder, makeFolder, writeText } from "./files.ts";
import { listSubfolder, readFolderFile } from "./folderFiles.ts";
import { findFile } from "./namedFiles.ts";

/** Folder of the keystores within that of a ceremony. */
const KEYSTORES = "keystores";
const KEYSTORE_NAME = /^keystore.*\.json$/;

/** A keystore in a folder, not decrypted. */
export interface StoredKeystore {
  readonly path: string;
  /** Of the file within the folder, for messages. */
  readonly name: string;
  /** Content of the file. */
  readonly json: string;
  /** Public key that it claims to hold, 48 bytes; undefined if it does not say. */
  readonly pubkey: Hex | undefined;
}

/**
 * The deposits of all keys of a ceremony, verified, in the order in which they were made; none before that.
 * @throws {FileError} If the file cannot be read.
 * @throws {FieldError} As `parseDepositFile` does.
 */
export function readDeposits(folder: string, network: Network): DepositData[] {
  const file = findFile(folder, DEPOSIT_FILE);
  return file === undefined ? [] : parseDepositFile(readFolderFile(file, "dir"), network, basename(file));
}

/**
 * The deposits of a ceremony that has some.
 * @throws {CeremonyFolderError} If there are none.
 */
export function requireDeposits(folder: string, network: Network): DepositData[] {
  const deposits = readDeposits(folder, network);
  if (deposits.length === 0)
    throw new CeremonyFolderError("dir", folder, `holds no ${DEPOSIT_FILE}`, "run `keys generate` with it first");
  return deposits;
}

/**
 * Writes the deposits of all keys of a ceremony, in place of those that were there.
 * @throws {FileError} If they cannot be written.
 */
export function writeDeposits(folder: string, deposits: readonly DepositData[], network: Network): void {
  makeFolder(folder, "dir", "private");
  writeText(join(folder, DEPOSIT_FILE), "dir", `${formatDepositFile(deposits, network)}\n`, "private");
}

/**
 * The files of a ceremony's keystores, or of those of a folder that another tool wrote.
 * @throws {FileError} If the folder cannot be read.
 */
export function listKeystores(folder: string): string[] {
  const within = join(folder, KEYSTORES);
  const [home, names] = existsSync(within)
    ? [within, listSubfolder(within, "dir")]
    : [folder, listFolder(folder, "dir")];
  return names.filter((name) => KEYSTORE_NAME.test(name)).map((name) => join(home, name));
}

/**
 * The keystores of a ceremony, or those of a folder that another tool wrote.
 * @throws {FileError} If one cannot be read.
 * @throws {FieldError} If one is no keystore.
 */
export function readKeystores(folder: string): StoredKeystore[] {
  return listKeystores(folder).map((path) => {
    const name = relative(folder, path);
    const json = readFolderFile(path, "dir");
    return { path, name, json, pubkey: parseKeystoreFile(json, name).pubkey };
  });
}

/**
 * Adds a keystore to a ceremony, for its owner alone to read.
 * @param keyPath Where its key stands in the tree, `m/12381/3600/0/0/0`; names the file, as the deposit-cli does.
 * @throws {FileError} If it cannot be written.
 */
export function writeKeystore(folder: string, keyPath: string, json: string): void {
  makeFolder(join(folder, KEYSTORES), "dir", "private");
  const name = `keystore-${keyPath.replaceAll("/", "_")}.json`;
  writeText(join(folder, KEYSTORES, name), "dir", `${json}\n`, "private");
}
