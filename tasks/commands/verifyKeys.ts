import { basename } from "node:path";

import { keyshareFolders, otherFolders } from "../../clients/ceremonyFolder.ts";
import { hasProofs, importDkg, isDkgFolder } from "../../clients/dkgFolder.ts";
import { readDeposits } from "../../clients/keyFolder.ts";
import { findFile } from "../../clients/namedFiles.ts";
import { checkDepositAmount, depositDataRoot, type DepositData } from "../../src/consensus/deposit.ts";
import { parseWithdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import { DEPOSIT_FILE } from "../../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../../src/ssv/keysharesFile.ts";
import { toHex, type Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";
import { verifyBatch, verifyDecryption, verifyExpectations, type VerifiedBatch } from "./verifyBatches.ts";
import { checkCredentials } from "./verifyCredentials.ts";
import { verifyKeystores } from "./verifyKeystores.ts";
import { verifyOrder } from "./verifyOrder.ts";
import type { Verification } from "./verification.ts";

/** What a folder holds, verified. */
export interface VerifiedKeys {
  readonly batches: readonly VerifiedBatch[];
  /** Of all keys, split or not. */
  readonly pubkeys: readonly Hex[];
}

/**
 * Verifies all that a folder holds as far as that can be done without a chain: deposits, keystores, batches with their
 * key shares, proofs of operators. What could not be checked is named.
 * @throws {InputError} If it holds nothing of these.
 * @throws {FieldError} For the first thing that is wrong, naming file, value and remedy.
 */
export async function verifyFolder(
  request: Verification,
  checklist: Checklist,
  terminal: Terminal,
): Promise<VerifiedKeys> {
  const { folder, network, operatorKeys } = request;
  if (isDkgFolder(folder)) {
    const ceremony = await checklist.check("DKG ceremony with proofs", basename(folder), () => {
      return importDkg(folder, network, {}).ceremony;
    });
    const batch = { folder, keysharesFile: KEYSHARES_FILE, isDkg: true, keys: ceremony, ceremony };
    await verifyExpectations(request, batch, basename(folder), checklist);
    await verifyDecryption(batch, operatorKeys, checklist);
    checkOperatorIds(request, [batch]);
    return { batches: [batch], pubkeys: pubkeysOf([batch], []) };
  }
  const deposits = await verifyDeposits(request, checklist);
  const keystores = await verifyKeystores(request, deposits, checklist, terminal);
  const paths = keyshareFolders(folder);
  if (deposits.length === 0 && keystores === 0 && paths.length === 0)
    throw new InputError(
      "dir",
      folder,
      "holds neither deposits nor keystores nor key shares",
      "name a folder that a ceremony, the deposit-cli, ssv-keys or ssv-dkg wrote",
    );
  const roots = new Map(deposits.map((deposit) => [toHex(deposit.pubkey), toHex(depositDataRoot(deposit))]));
  const batches: VerifiedBatch[] = [];
  // Operators have the keys of distributed ones, whose deposits are in their batches alone.
  if (deposits.length === 0 && paths.some((path) => path !== folder && !hasProofs(path)))
    checklist.skip("deposits", "all", `the folder has no ${DEPOSIT_FILE}`);
  if (paths.length === 0) checklist.skip("batches: key shares", "all", "none there, `keys split` makes them");
  for (const path of paths) batches.push(await verifyBatch(request, path, roots, checklist));
  for (const other of otherFolders(folder)) checklist.skip("batch", other, "not named after its nonces");
  if (batches.length > 1) await verifyOrder(batches, checklist);
  checkOperatorIds(request, batches);
  return { batches, pubkeys: pubkeysOf(batches, deposits) };
}

/** A key that decrypts nothing was named by mistake, and what it was meant for is not verified. */
function checkOperatorIds({ operatorKeys }: Verification, batches: readonly VerifiedBatch[]): void {
  const ids = [...new Set(batches.flatMap(({ keys }) => keys.operatorIds))];
  const other = [...operatorKeys.keys()].find((id) => !ids.includes(id));
  if (other !== undefined)
    throw new InputError(
      "operatorKeys",
      other.toString(),
      "is an operator of none of these keys",
      ids.length === 0 ? "leave it out: there are no key shares" : `give keys of operators ${ids.join(", ")}`,
    );
}

function pubkeysOf(batches: readonly VerifiedBatch[], deposits: readonly DepositData[]): Hex[] {
  const split = batches.flatMap(({ keys }) => keys.keys.map(({ pubkey }) => pubkey));
  return [...new Set([...deposits.map(({ pubkey }) => toHex(pubkey)), ...split])];
}

async function verifyDeposits({ folder, network, expected }: Verification, checklist: Checklist) {
  const file = findFile(folder, DEPOSIT_FILE);
  if (file === undefined) return [];
  const name = basename(file);
  const deposits = await checklist.check("deposits: roots, fork version, signatures", name, () =>
    readDeposits(folder, network),
  );
  const of = `${deposits.length} keys`;
  await checklist.check("deposits: amount and credentials", of, () => {
    deposits.forEach((deposit, i) => {
      checkTerms(deposit, deposits[0] ?? deposit, `${name}[${i}]`);
    });
  });
  const { withdrawalCredentials } = expected;
  const row = "deposits: credentials of the address expected";
  if (withdrawalCredentials === undefined) checklist.skip(row, of, "no --withdrawal-address");
  else
    await checklist.check(row, of, () => {
      deposits.forEach((deposit, i) => {
        const found = toHex(deposit.withdrawalCredentials);
        checkCredentials(found, withdrawalCredentials, `${name}[${i}].withdrawal_credentials`);
      });
    });
  return deposits;
}

function checkTerms(deposit: DepositData, first: DepositData, at: string): void {
  const field = `${at}.withdrawal_credentials`;
  const [credentials, others] = [toHex(deposit.withdrawalCredentials), toHex(first.withdrawalCredentials)];
  parseWithdrawalCredentials(credentials, field);
  checkDepositAmount(deposit, `${at}.amount`);
  if (credentials !== others)
    throw new InputError(field, credentials, `differ from ${others} of other entries`, "keep a folder for each");
}
