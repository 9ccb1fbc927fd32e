import type { KeyObject } from "node:crypto";
import { basename } from "node:path";

import {
  batchName,
  batchPrefix,
  readCeremony,
  readForeignCeremony,
  type ForeignCeremony,
} from "../../clients/ceremonyFolder.ts";
import { checkProofs, hasProofs } from "../../clients/dkgFolder.ts";
import type { Ceremony, SharedKeys } from "../../src/ceremony/ceremony.ts";
import { checkSharedKeys } from "../../src/ceremony/expectations.ts";
import { checkOperatorKeys, verifyOwnShares } from "../../src/ceremony/ownShares.ts";
import { DEPOSIT_FILE } from "../../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../../src/ssv/keysharesFile.ts";
import { signingThreshold } from "../../src/ssv/committee.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import type { Verification } from "./verification.ts";
import { checkCredentials } from "./verifyCredentials.ts";

/** A batch that was verified, and where it is. */
export interface VerifiedBatch {
  readonly folder: string;
  /** How messages name its key shares. */
  readonly keysharesFile: string;
  readonly keys: SharedKeys;
  /** Whether operators made its keys together. */
  readonly isDkg: boolean;
  /** Undefined if there are key shares alone. */
  readonly ceremony: Ceremony | undefined;
}

/**
 * Verifies a batch of a folder, or the folder itself where it is one.
 * @param roots Of the folder's deposits, by public key; empty if it has none.
 * @throws {FieldError} For the first thing that is wrong.
 */
export async function verifyBatch(
  request: Verification,
  path: string,
  roots: ReadonlyMap<Hex, Hex>,
  checklist: Checklist,
): Promise<VerifiedBatch> {
  const { folder, network, operatorKeys } = request;
  const at = batchPrefix(folder, path);
  const name = basename(path);
  // Of a batch below, this tool wrote both files; what others wrote may lack the deposits.
  const isAlone = path === folder && roots.size === 0;
  const row = isAlone ? "batch: key shares, owner, nonces" : "batch: deposits, key shares, owner, nonces";
  const read = (): ForeignCeremony => {
    if (path === folder) return readForeignCeremony(path, network);
    const ceremony = readCeremony(path, network, at);
    checkName(name, `${at}${KEYSHARES_FILE}`, ceremony);
    return { keysharesFile: `${at}${KEYSHARES_FILE}`, keys: ceremony, ceremony };
  };
  const isDkg = hasProofs(path);
  const batch: VerifiedBatch = { folder: path, isDkg, ...(await checklist.check(row, name, read)) };
  const { ceremony } = batch;
  await verifyExpectations(request, batch, at === "" ? name : at.slice(0, -1), checklist);
  // Nobody has the keys of distributed key generation, so their deposits are in the batch alone.
  const sameDeposits = "batch: same deposits as the folder's";
  if (path !== folder && roots.size === 0 && !isDkg)
    checklist.skip(sameDeposits, name, `the folder has no ${DEPOSIT_FILE}`);
  if (path !== folder && roots.size > 0 && !isDkg)
    await checklist.check(sameDeposits, name, () => {
      for (const { pubkey, depositDataRoot: root } of ceremony?.keys ?? [])
        checkRoot(at, pubkey, root, roots.get(pubkey));
    });
  const proofs = "batch: proofs of distributed key generation";
  if (!isDkg) checklist.skip(proofs, name, "no proofs.json");
  else if (ceremony === undefined) checklist.skip(proofs, name, "no deposit file");
  else await checklist.check(proofs, name, () => checkProofs(path, ceremony, at));
  await verifyDecryption(batch, operatorKeys, checklist);
  return batch;
}

function checkName(name: string, keysharesFile: string, { keys }: SharedKeys): void {
  const [first, last] = [keys[0]?.ownerNonce ?? 0n, keys.at(-1)?.ownerNonce ?? 0n];
  const expected = batchName(first, keys.length);
  if (name !== expected)
    throw new InputError(
      `nonces of ${keysharesFile}`,
      `${first} to ${last}`,
      "are not those that its folder is named after",
      `find out which is right; the folder of these would be ${expected}`,
    );
}

/**
 * Verifies the shares of operators whose private keys are at hand.
 * @throws {FieldError} For the first that is wrong.
 */
export async function verifyDecryption(
  { folder, keysharesFile, keys: shared }: VerifiedBatch,
  operatorKeys: ReadonlyMap<bigint, KeyObject>,
  checklist: Checklist,
): Promise<void> {
  const name = basename(folder);
  const { owner, operatorIds, keys } = shared;
  const own = operatorIds.filter((id) => operatorKeys.has(id));
  if (own.length === 0) {
    const reason = operatorKeys.size === 0 ? "no --operator-keys" : "none of these operators";
    checklist.skip("batch: shares decrypt and recover the key", name, reason);
    return;
  }
  const threshold = signingThreshold(operatorIds.length);
  const canRecover = own.length >= threshold;
  const operators = `shares of operators ${own.join(", ")}`;
  await checklist.check(`batch: ${operators} decrypt${canRecover ? " and recover the key" : ""}`, name, () => {
    checkOperatorKeys(shared, operatorKeys, "operator-keys", keysharesFile);
    for (const { pubkey: publicKey, ownerNonce, sharesData } of keys)
      verifyOwnShares(
        { owner, ownerNonce, publicKey, operatorIds, sharesData },
        operatorKeys,
        `${keysharesFile} at nonce ${ownerNonce}`,
      );
  });
  if (!canRecover)
    checklist.skip("batch: shares recover the key", name, `keys of ${own.length} operators, ${threshold} are needed`);
}

/**
 * Verifies that a batch is of the owner and credentials expected, as far as these are known.
 * @param label How messages name the batch.
 * @throws {FieldError} If it is another's.
 */
export async function verifyExpectations(
  { expected: { owner, withdrawalCredentials } }: Verification,
  { folder, isDkg, keys, ceremony }: VerifiedBatch,
  label: string,
  checklist: Checklist,
): Promise<void> {
  const name = basename(folder);
  const ofOwner = "batch: of the owner expected";
  if (owner === undefined) checklist.skip(ofOwner, name, "no --account");
  else
    await checklist.check(ofOwner, name, () => {
      checkSharedKeys(keys, { owner }, label);
    });
  const ofCredentials = "batch: credentials of the address expected";
  if (ceremony === undefined) checklist.skip("batch: deposits and their credentials", name, "no deposit file");
  else if (withdrawalCredentials === undefined) checklist.skip(ofCredentials, name, "no --withdrawal-address");
  else
    await checklist.check(ofCredentials, name, () => {
      checkCredentials(ceremony.withdrawalCredentials, withdrawalCredentials, `${label} withdrawal credentials`, isDkg);
    });
}

function checkRoot(at: string, pubkey: Hex, root: Hex, expected: Hex | undefined): void {
  if (root === expected) return;
  throw new InputError(
    `key of ${at}${DEPOSIT_FILE}`,
    pubkey,
    expected === undefined ? "is none of the folder's deposit file" : "has another deposit than in the folder's file",
    "split the keys again: the batch was made from other deposits",
  );
}
