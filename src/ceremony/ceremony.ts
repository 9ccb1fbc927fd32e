import { keccak256 } from "ethers";

import { checkDepositAmount, depositDataRoot, type DepositData } from "../consensus/deposit.ts";
import type { Network } from "../consensus/network.ts";
import { parseWithdrawalCredentials } from "../consensus/withdrawalCredentials.ts";
import type { DepositTerms } from "../keys/depositData.ts";
import { DEPOSIT_FILE, parseDepositFile } from "../keys/depositFile.ts";
import { sameOperators } from "../ssv/committee.ts";
import { KEYSHARES_FILE, parseKeysharesFile, type ListedKeyshare } from "../ssv/keysharesFile.ts";
import { verifyKeyshares } from "../ssv/keyshareVerification.ts";
import { parseOperatorPublicKey } from "../ssv/operatorKey.ts";
import { FieldError, shorten } from "../units/errors.ts";
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

/** Keys with their shares, of whose deposits nothing is known. */
export interface SharedKeys extends Pick<Ceremony, "owner" | "operatorIds" | "operatorKeys"> {
  /** By ascending owner nonce. */
  readonly keys: readonly Pick<CeremonyKey, "ownerNonce" | "pubkey" | "sharesData">[];
}

/** The files of a ceremony. */
export interface CeremonyFiles {
  /** Content of `deposit_data.json`. */
  readonly deposits: string;
  /** Content of `keyshares.json`. */
  readonly keyshares: string;
}

/** How messages name the files of a ceremony. */
export type CeremonyFileNames = Readonly<Record<keyof CeremonyFiles, string>>;

/** A key share, and how messages name its entry. */
interface NamedKeyshare {
  readonly keyshare: ListedKeyshare;
  readonly field: string;
}

const NAMES: CeremonyFileNames = { deposits: DEPOSIT_FILE, keyshares: KEYSHARES_FILE };

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
 * @param names Their names, if they are not the usual ones.
 * @throws {FileFormatError | DepositFileError | KeysharesFileError | KeyshareError | CeremonyError | FieldError}
 *   For the first problem, naming file, entry, value and remedy.
 */
export function parseCeremony(files: CeremonyFiles, network: Network, at = "", names = NAMES): Ceremony {
  const [depositFile, keysharesFile] = [`${at}${names.deposits}`, `${at}${names.keyshares}`];
  const deposits = parseDepositFile(files.deposits, network, depositFile);
  const keyshares = readKeyshares(files.keyshares, keysharesFile);
  const [deposit] = deposits;
  if (deposit === undefined) throw new Error("the file schema demands at least one entry");

  deposits.forEach((entry, position) => {
    checkDeposit(entry, deposit, `${depositFile}[${position}]`);
  });
  const byPubkey = new Map(deposits.map((entry, position) => [toHex(entry.pubkey), { entry, position }]));
  const keys = keyshares.map(({ keyshare, field }): CeremonyKey => {
    const found = byPubkey.get(keyshare.publicKey);
    if (found === undefined) throw missing(field, keyshare.publicKey, depositFile);
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

  const withdrawalCredentials = toHex(deposit.withdrawalCredentials);
  return { ...clusterOf(keyshares), withdrawalCredentials, amount: deposit.amount, network, keys };
}

/**
 * Reads and verifies key shares alone, of whose deposits nothing is known: all that `parseCeremony` promises of them.
 * @param file How messages name it.
 * @throws {FieldError} As `parseCeremony` does.
 */
export function parseSharedKeys(text: string, file = KEYSHARES_FILE): SharedKeys {
  const keyshares = readKeyshares(text, file);
  const keys = keyshares.map(({ keyshare: { ownerNonce, publicKey, sharesData } }) => {
    return { ownerNonce, pubkey: publicKey, sharesData };
  });
  return { ...clusterOf(keyshares), keys };
}

/** By ascending nonce, verified. */
function readKeyshares(text: string, file: string): NamedKeyshare[] {
  const keyshares = parseKeysharesFile(text, file);
  const fieldAt = (position: number): string => `${file}.shares[${position}]`;
  const order = keyshares.map((keyshare, position) => ({ keyshare, field: fieldAt(position) }));
  order.sort((a, b) => (a.keyshare.ownerNonce < b.keyshare.ownerNonce ? -1 : 1));
  const first = firstOf(order);
  const seen = new Map<Hex, string>();
  order.forEach(({ keyshare, field }, i) => {
    const earlier = seen.get(keyshare.publicKey);
    if (earlier !== undefined)
      throw new CeremonyError(
        `${field}.payload.publicKey`,
        keyshare.publicKey,
        `is that of ${earlier} already`,
        "generate the key shares again: nobody can register a key twice",
      );
    seen.set(keyshare.publicKey, field);
    checkKeyshare(keyshare, first.keyshare, BigInt(i), field);
  });
  first.keyshare.operators.forEach(({ operatorKey }, i) => {
    parseOperatorPublicKey(operatorKey, `${first.field}.data.operators[${i}].operatorKey`);
  });
  verifyKeyshares(keyshares, fieldAt);
  return order;
}

function firstOf(keyshares: readonly NamedKeyshare[]): NamedKeyshare {
  const [first] = keyshares;
  if (first === undefined) throw new Error("the file schema demands at least one entry");
  return first;
}

function clusterOf(keyshares: readonly NamedKeyshare[]): Pick<Ceremony, "owner" | "operatorIds" | "operatorKeys"> {
  const { owner, operatorIds, operators } = firstOf(keyshares).keyshare;
  return { owner, operatorIds, operatorKeys: operators.map(({ operatorKey }) => operatorKey) };
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
  return new CeremonyError(
    field,
    value,
    `differs from ${shorten(first)} of other entries`,
    "make one ceremony for each",
  );
}

function missing(field: string, pubkey: string, file: string): CeremonyError {
  return new CeremonyError(field, pubkey, `has no entry in ${file}`, "use both files of the same ceremony");
}
