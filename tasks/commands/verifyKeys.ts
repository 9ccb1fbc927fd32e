import type { KeyObject } from "node:crypto";
import { basename } from "node:path";

import { batchFolders, readCeremony } from "../../clients/ceremonyFolder.ts";
import { checkProofs, hasProofs, importDkg, isDkgFolder } from "../../clients/dkgFolder.ts";
import { readDeposits, readKeystores } from "../../clients/keyFolder.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkExpectations, type CeremonyExpectations } from "../../src/ceremony/expectations.ts";
import { verifyOwnShares } from "../../src/ceremony/ownShares.ts";
import { checkDepositAmount, depositDataRoot, type DepositData } from "../../src/consensus/deposit.ts";
import type { Network } from "../../src/consensus/network.ts";
import { decryptKeystore } from "../../src/keys/keystore.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** What is verified, and with what. */
export interface Verification {
  readonly folder: string;
  readonly network: Network;
  /** What the pool demands, as far as it is known. */
  readonly expected: CeremonyExpectations;
  /** Password of the keystores; without it they are not decrypted. */
  readonly password: string | undefined;
  /** Private keys of operators, by id; their shares are decrypted. */
  readonly operatorKeys: ReadonlyMap<bigint, KeyObject>;
}

/** A batch that was verified, and where it is. */
export interface VerifiedBatch {
  readonly folder: string;
  readonly ceremony: Ceremony;
}

/**
 * Verifies all that a folder holds as far as that can be done without a chain: deposits, keystores, batches with their
 * key shares, proofs of operators.
 * @throws {InputError} If it holds nothing of these.
 * @throws {FieldError} For the first thing that is wrong, naming file, value and remedy.
 */
export async function verifyFolder(
  request: Verification,
  checklist: Checklist,
  terminal: Terminal,
): Promise<VerifiedBatch[]> {
  const { folder, network, expected } = request;
  if (isDkgFolder(folder)) {
    const ceremony = await checklist.check("DKG ceremony with proofs", basename(folder), () => {
      return importDkg(folder, network, expected).ceremony;
    });
    return [{ folder, ceremony }];
  }
  const paths = batchFolders(folder);
  const isBatch = paths[0] === folder;
  const deposits = isBatch ? [] : await verifyDeposits(request, checklist);
  const keystores = await verifyKeystores(request, deposits, checklist, terminal);
  if (deposits.length === 0 && keystores === 0 && paths.length === 0)
    throw new InputError(
      "dir",
      folder,
      "holds neither deposits nor keystores nor key shares",
      "name a folder that a ceremony, the deposit-cli, ssv-keys or ssv-dkg wrote",
    );
  const roots = new Map(deposits.map((deposit) => [toHex(deposit.pubkey), toHex(depositDataRoot(deposit))]));
  const batches: VerifiedBatch[] = [];
  for (const path of paths) batches.push(await verifyBatch(request, path, roots, checklist));
  return batches;
}

async function verifyDeposits({ folder, network, expected }: Verification, checklist: Checklist) {
  const deposits = readDeposits(folder, network);
  if (deposits.length === 0) return deposits;
  const of = `${deposits.length} keys`;
  await checklist.check("deposits: roots, fork version, signatures", of, () => readDeposits(folder, network));
  await checklist.check("deposits: amount and credentials", of, () => {
    deposits.forEach((deposit, i) => {
      checkDepositAmount(deposit, `deposit_data.json[${i}].amount`);
      checkCredentials(deposit, i, expected.withdrawalCredentials);
    });
  });
  return deposits;
}

function checkCredentials({ withdrawalCredentials }: DepositData, position: number, expected: Hex | undefined): void {
  const credentials = toHex(withdrawalCredentials);
  if (expected !== undefined && credentials !== expected)
    throw new InputError(
      `deposit_data.json[${position}].withdrawal_credentials`,
      credentials,
      `are not those expected, ${expected}`,
      "sign the deposits again: with these the ether would go to somebody else",
    );
}

/** Returns how many there are. */
async function verifyKeystores(
  { folder, password }: Verification,
  deposits: readonly DepositData[],
  checklist: Checklist,
  terminal: Terminal,
): Promise<number> {
  const keystores = readKeystores(folder);
  if (keystores.length === 0) return 0;
  const of = `${keystores.length} keystores`;
  if (deposits.length > 0)
    await checklist.check("keystores: of the keys with deposits", of, () => {
      const known = new Set<string | undefined>(deposits.map(({ pubkey }) => toHex(pubkey)));
      for (const { path, pubkey } of keystores)
        if (!known.has(pubkey))
          throw new InputError(path, pubkey ?? "nothing", "is for no key of deposit_data.json", "remove the keystore");
    });
  if (password === undefined) {
    checklist.skip("keystores: hold their keys", of, "no --password-file");
    return keystores.length;
  }
  await checklist.check("keystores: hold their keys", of, () =>
    withProgress(terminal, "decrypt keystores", keystores.length, async (advance) => {
      for (const { path, json } of keystores) {
        (await decryptKeystore(json, password, path)).fill(0);
        advance(1);
      }
    }),
  );
  return keystores.length;
}

async function verifyBatch(
  { network, expected, operatorKeys }: Verification,
  folder: string,
  roots: ReadonlyMap<Hex, Hex>,
  checklist: Checklist,
): Promise<VerifiedBatch> {
  const name = basename(folder);
  const ceremony = await checklist.check("batch: deposits, key shares, owner, nonces", name, () =>
    readCeremony(folder, network),
  );
  await checklist.check("batch: of the owner and credentials expected", name, () => {
    checkExpectations(ceremony, expected);
  });
  if (roots.size > 0)
    await checklist.check("batch: same deposits as the folder's", name, () => {
      for (const { pubkey, depositDataRoot: root } of ceremony.keys) checkRoot(folder, pubkey, root, roots.get(pubkey));
    });
  if (hasProofs(folder))
    await checklist.check("batch: proofs of distributed key generation", name, () => checkProofs(folder, ceremony));
  else checklist.skip("batch: proofs of distributed key generation", name, "made by a dealer");
  await verifyDecryption(ceremony, name, operatorKeys, checklist);
  return { folder, ceremony };
}

async function verifyDecryption(
  ceremony: Ceremony,
  name: string,
  operatorKeys: ReadonlyMap<bigint, KeyObject>,
  checklist: Checklist,
): Promise<void> {
  const own = ceremony.operatorIds.filter((id) => operatorKeys.has(id));
  if (own.length === 0) return;
  await checklist.check(`batch: shares of operators ${own.join(", ")} decrypt and recover the key`, name, () => {
    for (const { pubkey: publicKey, ownerNonce, sharesData } of ceremony.keys)
      verifyOwnShares(
        { owner: ceremony.owner, ownerNonce, publicKey, operatorIds: ceremony.operatorIds, sharesData },
        operatorKeys,
      );
  });
}

function checkRoot(folder: string, pubkey: Hex, root: Hex, expected: Hex | undefined): void {
  if (root === expected) return;
  throw new InputError(
    `${basename(folder)}/deposit_data.json`,
    pubkey,
    expected === undefined ? "is no key of the folder's deposit_data.json" : "has another deposit than in the folder's",
    "split the keys again: the batch was made from other deposits",
  );
}
