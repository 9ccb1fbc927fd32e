import { keccak256 } from "ethers";

import { checkDepositAmount, depositDataRoot, type DepositData } from "../consensus/deposit.ts";
import type { Network } from "../consensus/network.ts";
import { parseWithdrawalCredentials } from "../consensus/withdrawalCredentials.ts";
import type { DepositTerms } from "../keys/depositData.ts";
import { DEPOSIT_FILE, parseDepositFile } from "../keys/depositFile.ts";
import { sameOperators } from "../ssv/committee.ts";
import { KEYSHARES_FILE, parseKeysharesFile, type ListedKeyshare } from "../ssv/keysharesFile.ts";
import { verifyKeyshares } from "../ssv/keyshareVerification.ts";
import { FieldError } from "../units/errors.ts";
import { toHex, type Hex } from "../units/hex.ts";

/** What the pool stores and later presents of one validator key. */
export interface CeremonyKey {
  /** Nonce its shares are signed for. */
  readonly ownerNonce: bigint;
  /** Validator public key, 48 bytes. */
  readonly pubkey: Hex;
  /** 96 bytes, valid for the ceremony's credentials and amount. */
  readonly depositSignature: Hex;
  /** `hash_tree_root(DepositData)`, 32 bytes. */
  readonly depositDataRoot: Hex;
  /** 96 + 304 n bytes for n operators. */
  readonly sharesData: Hex;
}

/** A batch of keys, ready to be registered: all for one cluster, in the order of their nonces without a gap. */
export interface Ceremony extends DepositTerms {
  /** Account that registers at SSV, EIP-55. */
  readonly owner: string;
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
  /** Public keys that the shares are encrypted for, in SSV's encoding and the order of the ids. */
  readonly operatorKeys: readonly string[];
  /** By ascending owner nonce. */
  readonly keys: readonly CeremonyKey[];
}

/** The files of a ceremony. */
export interface CeremonyFiles {
  /** Content of `deposit_data.json`. */
  readonly deposits: string;
  /** Content of `keyshares.json`. */
  readonly keyshares: string;
}

/** The files of a ceremony contradict each other, or one of them itself. */
export class CeremonyError extends FieldError {}

/** Hash under which the pool's Merkle tree refers to the shares: keccak256, 32 bytes. */
export function sharesDataHash(key: CeremonyKey): Hex {
  return keccak256(key.sharesData) as Hex;
}

/**
 * Reads and verifies a ceremony. Afterwards every deposit signature is valid for the stated credentials, amount and
 * network, every key share is signed for its owner and nonce and belongs to its key, and nonces have no gap.
 * @param at What the names of the files begin with in messages, such as their folder with a slash.
 * @throws {FileFormatError | DepositFileError | KeysharesFileError | KeyshareError | CeremonyError | FieldError}
 *   For the first problem, naming file, entry, value and remedy.
 */
export function parseCeremony(files: CeremonyFiles, network: Network, at = ""): Ceremony {
  const [depositFile, keysharesFile] = [`${at}${DEPOSIT_FILE}`, `${at}${KEYSHARES_FILE}`];
  const deposits = parseDepositFile(files.deposits, network, depositFile);
  const keyshares = parseKeysharesFile(files.keyshares, keysharesFile);
  const order = keyshares.map((keyshare, position) => ({ keyshare, position }));
  order.sort((a, b) => (a.keyshare.ownerNonce < b.keyshare.ownerNonce ? -1 : 1));
  const first = order[0]?.keyshare;
  const deposit = deposits[0];
  if (first === undefined || deposit === undefined) throw new Error("the file schemas demand at least one entry");

  order.forEach(({ keyshare, position }, i) => {
    checkKeyshare(keyshare, first, BigInt(i), `${keysharesFile}.shares[${position}]`);
  });
  verifyKeyshares(keyshares, (position) => `${keysharesFile}.shares[${position}]`);

  deposits.forEach((entry, position) => {
    checkDeposit(entry, deposit, `${depositFile}[${position}]`);
  });
  const byPubkey = new Map(deposits.map((entry, position) => [toHex(entry.pubkey), { entry, position }]));
  const keys = order.map(({ keyshare, position }): CeremonyKey => {
    const found = byPubkey.get(keyshare.publicKey);
    if (found === undefined) throw missing(`${keysharesFile}.shares[${position}]`, keyshare.publicKey, depositFile);
    byPubkey.delete(keyshare.publicKey);
    return {
      ownerNonce: keyshare.ownerNonce,
      pubkey: keyshare.publicKey,
      depositSignature: toHex(found.entry.signature),
      depositDataRoot: toHex(depositDataRoot(found.entry)),
      sharesData: keyshare.sharesData,
    };
  });
  for (const [pubkey, { position }] of byPubkey) throw missing(`${depositFile}[${position}]`, pubkey, keysharesFile);

  const { owner, operatorIds, operators } = first;
  const operatorKeys = operators.map(({ operatorKey }) => operatorKey);
  const withdrawalCredentials = toHex(deposit.withdrawalCredentials);
  return { owner, operatorIds, operatorKeys, withdrawalCredentials, amount: deposit.amount, network, keys };
}

function checkDeposit(deposit: DepositData, first: DepositData, at: string): void {
  const credentials = toHex(deposit.withdrawalCredentials);
  parseWithdrawalCredentials(credentials, `${at}.withdrawal_credentials`);
  checkDepositAmount(deposit, `${at}.amount`);
  const others = toHex(first.withdrawalCredentials);
  if (credentials !== others) throw different(`${at}.withdrawal_credentials`, credentials, others);
  if (deposit.amount !== first.amount) throw different(`${at}.amount`, String(deposit.amount), String(first.amount));
}

function checkKeyshare(keyshare: ListedKeyshare, first: ListedKeyshare, offset: bigint, at: string): void {
  if (keyshare.owner !== first.owner) throw different(`${at}.data.ownerAddress`, keyshare.owner, first.owner);
  if (!sameOperators(keyshare.operatorIds, first.operatorIds))
    throw different(`${at}.payload.operatorIds`, keyshare.operatorIds.join(", "), first.operatorIds.join(", "));
  keyshare.operators.forEach(({ operatorKey }, i) => {
    const other = first.operators[i]?.operatorKey ?? "";
    if (operatorKey !== other) throw different(`${at}.data.operators[${i}].operatorKey`, operatorKey, other);
  });
  const expected = first.ownerNonce + offset;
  if (keyshare.ownerNonce !== expected)
    throw new CeremonyError(
      `${at}.data.ownerNonce`,
      keyshare.ownerNonce.toString(),
      `is not the ${expected} that comes next`,
      "generate the key shares again with nonces that have no gap and no repetition",
    );
}

function different(field: string, value: string, first: string): CeremonyError {
  return new CeremonyError(field, value, `differs from ${first} of other entries`, "make one ceremony for each");
}

function missing(field: string, pubkey: string, file: string): CeremonyError {
  return new CeremonyError(field, pubkey, `has no entry in ${file}`, "use both files of the same ceremony");
}
