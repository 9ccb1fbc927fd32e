import { z } from "zod";

import { PUBLIC_KEY_LENGTH } from "../consensus/bls.ts";
import { DEPOSIT_FILE } from "../keys/depositFile.ts";
import { KEYSHARES_FILE, parseKeysharesFile } from "../ssv/keysharesFile.ts";
import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { firstDifference, hexSchema, parseJson } from "../units/json.ts";
import type { CeremonyFiles } from "./ceremony.ts";
import { formatProofsFile, parseValidatorProofs, PROOFS_FILE, type ValidatorProofs } from "./dkgProofs.ts";

/** The files of a distributed key generation, of one validator or of all. */
export interface DkgFiles extends CeremonyFiles {
  /** Content of `proofs.json`. */
  readonly proofs: string;
}

/** What ssv-dkg writes for one validator. */
export interface DkgValidatorFiles extends DkgFiles {
  /** Name of its folder, `NNNNNN-0x<public key>`. */
  readonly folder: string;
}

/** A whole ceremony as the pool takes it. */
export interface MergedDkgFiles {
  /** In the form for several validators, also where there is one. */
  readonly files: DkgFiles;
  /** By ascending nonce. */
  readonly proofs: readonly ValidatorProofs[];
}

/** The folders and files of a distributed key generation contradict each other. */
export class DkgFilesError extends FieldError {}

const FOLDER = /^(\d{6})-0x([0-9a-f]{96})$/;
const COMPLETE = "copy the whole folder again as ssv-dkg wrote it";

const Entries = z.array(z.unknown());
const Keyshares = z.object({ shares: Entries });
const OneDeposit = z.tuple([z.object({ pubkey: hexSchema(PUBLIC_KEY_LENGTH) })]);

/** Whether a folder's name is one that ssv-dkg gives to a validator's files. */
export function isValidatorFolder(name: string): boolean {
  return FOLDER.test(name);
}

/**
 * Shortens the name of a validator's folder for messages, and names a file in it.
 * @returns Such as `000001-0x801bca4e…/proofs.json`.
 */
export function dkgFileLabel(folder: string, file: string): string {
  return `${folder.slice(0, 17)}…/${file}`;
}

/**
 * Brings the files of the validators of a ceremony together: each folder is named after the nonce and the key in its
 * files, nonces have no gap, and the aggregated files say the same of the same validators in the same order. The
 * cryptography is for `parseCeremony` and `verifyProofs`.
 * @param validators By ascending name of their folders.
 * @param aggregated The files beside the folders; ssv-dkg writes them for two validators or more.
 * @throws {FileFormatError | OperatorIdsError | OwnerNonceError | KeysharesFileError | DkgFilesError}
 *   For the first file that is wrong, naming it.
 */
export function mergeDkgFiles(validators: readonly DkgValidatorFiles[], aggregated?: DkgFiles): MergedDkgFiles {
  const [first] = validators;
  if (first === undefined) throw incomplete("no validator", "is no ceremony");
  if (validators.length === 1 && aggregated !== undefined)
    throw incomplete("1 validator", "has aggregated files, which only several validators have");
  if (validators.length > 1 && aggregated === undefined)
    throw incomplete(`${validators.length} validators`, "has no aggregated files");
  checkNonces(validators.map(({ folder }) => folder));
  const proofs = validators.map(checkValidator);
  if (aggregated !== undefined) checkAggregated(validators, aggregated);
  const { deposits, keyshares } = aggregated ?? first;
  return { files: { deposits, keyshares, proofs: formatProofsFile(proofs) }, proofs };
}

function checkNonces(folders: readonly string[]): void {
  const first = parseName(folders[0] ?? "").nonce;
  folders.forEach((folder, i) => {
    const expected = first + BigInt(i);
    if (parseName(folder).nonce !== expected)
      throw new DkgFilesError(
        "folder",
        folder,
        `has not the nonce ${expected} that comes next`,
        "add the folder that is missing, or run the ceremony again: operators ignore what follows a gap",
      );
  });
}

function checkValidator(files: DkgValidatorFiles): ValidatorProofs {
  const { nonce, pubkey } = parseName(files.folder);
  const at = (file: string): string => dkgFileLabel(files.folder, file);
  const [deposit] = parseJson(files.deposits, OneDeposit, at(DEPOSIT_FILE));
  const [keyshare, another] = parseKeysharesFile(files.keyshares, at(KEYSHARES_FILE));
  if (keyshare === undefined || another !== undefined)
    throw new DkgFilesError(at(KEYSHARES_FILE), another?.publicKey ?? "", "is not of one validator", COMPLETE);
  const proofs = parseValidatorProofs(files.proofs, at(PROOFS_FILE));

  const compare = (field: string, value: string, expected: string): void => {
    if (value !== expected) throw new DkgFilesError(field, value, `is not the ${expected} of its folder`, COMPLETE);
  };
  compare(`${at(DEPOSIT_FILE)}[0].pubkey`, deposit.pubkey, pubkey);
  compare(`${at(KEYSHARES_FILE)}.shares[0].data.publicKey`, keyshare.publicKey, pubkey);
  compare(`${at(KEYSHARES_FILE)}.shares[0].data.ownerNonce`, keyshare.ownerNonce.toString(), nonce.toString());
  proofs.forEach(({ validator }, i) => {
    compare(`${at(PROOFS_FILE)}[${i}].proof.validator`, validator, pubkey);
  });
  return proofs;
}

function checkAggregated(validators: readonly DkgValidatorFiles[], aggregated: DkgFiles): void {
  const deposits = ({ deposits }: DkgFiles): unknown[] => parseJson(deposits, Entries, DEPOSIT_FILE);
  const shares = ({ keyshares }: DkgFiles): unknown[] => parseJson(keyshares, Keyshares, KEYSHARES_FILE).shares;
  const proofs = ({ proofs }: DkgFiles): unknown[] => parseJson(proofs, Entries, PROOFS_FILE);
  const compare = (field: string, entries: unknown[], own: (files: DkgFiles) => unknown): void => {
    if (entries.length !== validators.length)
      throw new DkgFilesError(
        field,
        `${entries.length} validators`,
        `is not of the ${validators.length} that have folders`,
        COMPLETE,
      );
    validators.forEach((files, i) => {
      const difference = firstDifference(entries[i], own(files));
      if (difference === undefined) return;
      const { path, value } = difference;
      const problem = `differs from folder ${dkgFileLabel(files.folder, "")}`;
      throw new DkgFilesError(`${field}[${i}]${path}`, value, problem, COMPLETE);
    });
  };
  compare(DEPOSIT_FILE, deposits(aggregated), (own) => deposits(own)[0]);
  compare(`${KEYSHARES_FILE}.shares`, shares(aggregated), (own) => shares(own)[0]);
  compare(PROOFS_FILE, proofs(aggregated), proofs);
}

function parseName(folder: string): { nonce: bigint; pubkey: Hex } {
  const [, nonce, digits] = FOLDER.exec(folder) ?? [];
  if (nonce === undefined || digits === undefined)
    throw new DkgFilesError("folder", folder, "is not named NNNNNN-0x<public key>", COMPLETE);
  return { nonce: BigInt(nonce), pubkey: `0x${digits}` };
}

function incomplete(value: string, problem: string): DkgFilesError {
  return new DkgFilesError("ceremony folder", value, problem, COMPLETE);
}
