import { existsSync } from "node:fs";
import { join } from "node:path";

import { parseCeremony, type Ceremony } from "../src/ceremony/ceremony.ts";
import {
  dkgFileLabel,
  isValidatorFolder,
  mergeDkgFiles,
  type DkgFiles,
  type MergedDkgFiles,
} from "../src/ceremony/dkgFiles.ts";
import { parseProofsFile, PROOFS_FILE, type ValidatorProofs } from "../src/ceremony/dkgProofs.ts";
import { verifyProofs } from "../src/ceremony/dkgProofVerification.ts";
import { checkExpectations, runDkgAgain, type CeremonyExpectations } from "../src/ceremony/expectations.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE } from "../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../src/ssv/keysharesFile.ts";
import { FieldError } from "../src/units/errors.ts";
import { batchFiles, type BatchFiles } from "./ceremonyFolder.ts";
import { listEntries, type FolderEntry } from "./files.ts";
import { readFolderFile } from "./folderFiles.ts";

/** A folder is not one that ssv-dkg wrote, or not all of it. */
export class DkgFolderError extends FieldError {}

/** A ceremony by distributed key generation, verified. */
export interface DkgCeremony {
  readonly ceremony: Ceremony;
  /** By ascending nonce; for each key by ascending operator id. */
  readonly proofs: readonly ValidatorProofs[];
  /** For `writeBatch`: what `readCeremony` and `checkProofs` read then. */
  readonly files: BatchFiles;
}

const FILES = [DEPOSIT_FILE, KEYSHARES_FILE, PROOFS_FILE];
/** ssv-dkg leaves this file where it could not write or validate a ceremony to its end. */
const FAILURE = "FAILED";
/** What file managers leave everywhere. */
const IGNORED = [".DS_Store", "Thumbs.db"];
const COMPLETE = "copy the whole folder again as ssv-dkg wrote it";
const FOLDER = "ceremony folder";

/**
 * Reads and verifies the folder of a ceremony that ssv-dkg made, whatever its name. Afterwards all that `parseCeremony`
 * promises is true, every operator has signed for its share of every key, and the ceremony is the one expected. Reads
 * what ssv-dkg writes from v2.0.0 (keyshares v1.1.0) to v3.1.0 (keyshares v1.2.0), whatever `deposit_cli_version` and
 * `network_name` say: the fork version decides. Earlier releases name their files otherwise and are refused.
 * @throws {DkgFolderError} If ssv-dkg marked the ceremony as failed, or a folder or file is missing or foreign.
 * @throws {FileError} If one cannot be read.
 * @throws {FieldError} As `mergeDkgFiles`, `parseCeremony`, `verifyProofs` and `checkExpectations` do.
 */
export function importDkg(folder: string, network: Network, expected: CeremonyExpectations): DkgCeremony {
  const { files, proofs } = readDkgFolder(folder);
  const ceremony = parseCeremony(files, network);
  verifyProofs(ceremony, proofs);
  checkExpectations(ceremony, expected, "ceremony", runDkgAgain);
  const deposits = files.deposits.trimEnd();
  const keyshares = files.keyshares.trimEnd();
  return {
    ceremony,
    proofs,
    files: { ...batchFiles({ deposits, keyshares }), [PROOFS_FILE]: `${files.proofs}\n` },
  };
}

/**
 * Whether a folder is one of ssv-dkg: holds folders that it names after nonce and key of a validator.
 * @throws {FileError} If it cannot be read.
 */
export function isDkgFolder(folder: string): boolean {
  return list(folder, FOLDER).some(({ name, isFolder }) => isFolder && isValidatorFolder(name));
}

/** Whether a batch has proofs that operators made its keys together. */
export function hasProofs(folder: string): boolean {
  return existsSync(join(folder, PROOFS_FILE));
}

/**
 * Verifies the proofs in the folder of a batch, where its deposits and key shares are.
 * @param ceremony From `readCeremony` of the same folder.
 * @param at What the name of the file begins with in messages, such as its folder with a slash.
 * @returns The proofs by ascending nonce; undefined if there are none, as the keys were not made by ssv-dkg.
 * @throws {FileError | FileFormatError | DkgProofError | OperatorKeyError} If they cannot be read, or for the first
 *   that is wrong.
 */
export function checkProofs(folder: string, ceremony: Ceremony, at = ""): readonly ValidatorProofs[] | undefined {
  const file = join(folder, PROOFS_FILE);
  if (!hasProofs(folder)) return undefined;
  const name = `${at}${PROOFS_FILE}`;
  const proofs = parseProofsFile(readFolderFile(file, name), name);
  verifyProofs(ceremony, proofs, name);
  return proofs;
}

/**
 * Reads the folder of a ceremony and checks that its folders and files are complete and agree; the cryptography is not
 * verified.
 * @throws {DkgFolderError | FileError} As `importDkg` does.
 * @throws {FieldError} As `mergeDkgFiles` does.
 */
export function readDkgFolder(folder: string): MergedDkgFiles {
  const entries = list(folder, FOLDER);
  if (entries.some(({ name }) => name === FAILURE))
    throw new DkgFolderError(
      FOLDER,
      readFolderFile(join(folder, FAILURE), FAILURE).trim(),
      "was marked as failed by ssv-dkg",
      "run the ceremony again",
    );
  const validators = entries.filter(({ name, isFolder }) => isFolder && isValidatorFolder(name));
  const aggregated = entries.filter(({ name, isFolder }) => !isFolder && FILES.includes(name));
  const foreign = entries.find((entry) => !validators.includes(entry) && !aggregated.includes(entry));
  if (foreign !== undefined) throw unexpected(FOLDER, foreign.name);
  return mergeDkgFiles(
    validators.map(({ name }) => ({ folder: name, ...readValidator(folder, name) })),
    aggregated.length === 0 ? undefined : readFiles(folder, (file) => file),
  );
}

function readValidator(folder: string, name: string): DkgFiles {
  const path = join(folder, name);
  const foreign = list(path, dkgFileLabel(name, "")).find((entry) => entry.isFolder || !FILES.includes(entry.name));
  if (foreign !== undefined) throw unexpected(dkgFileLabel(name, ""), foreign.name);
  return readFiles(path, (file) => dkgFileLabel(name, file));
}

function readFiles(folder: string, labelOf: (file: string) => string): DkgFiles {
  const read = (file: string): string => {
    const path = join(folder, file);
    if (!existsSync(path)) throw new DkgFolderError(labelOf(file), path, "is missing", COMPLETE);
    return readFolderFile(path, labelOf(file));
  };
  return { deposits: read(DEPOSIT_FILE), keyshares: read(KEYSHARES_FILE), proofs: read(PROOFS_FILE) };
}

function list(folder: string, field: string): FolderEntry[] {
  return listEntries(folder, field).filter(({ name }) => !IGNORED.includes(name));
}

function unexpected(field: string, name: string): DkgFolderError {
  return new DkgFolderError(
    field,
    name,
    "holds what ssv-dkg does not write there",
    "name the folder of one ceremony, and take out what is not its own",
  );
}
