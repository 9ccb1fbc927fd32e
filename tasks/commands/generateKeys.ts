import { mapConcurrently } from "../../clients/concurrency.ts";
import {
  readDeposits,
  readKeystores,
  writeDeposits,
  writeKeystore,
  type StoredKeystore,
} from "../../clients/keyFolder.ts";
import { JOB_SIZE, runKeyJobs } from "../../clients/keyWorkers.ts";
import type { DepositJob } from "../../src/ceremony/keyJobs.ts";
import type { DepositData } from "../../src/consensus/deposit.ts";
import type { DepositTerms } from "../../src/keys/depositData.ts";
import { signingKeyPath, ValidatorKeychain } from "../../src/keys/derivation.ts";
import { decryptKeystore, encryptKeystore } from "../../src/keys/keystore.ts";
import { standardKdf, type KdfName } from "../../src/keys/keystoreKdf.ts";
import { equalBytes, toHex } from "../../src/units/hex.ts";
import { inChunks } from "../../src/units/chunks.ts";
import { InputError } from "../input.ts";
import { keystoreWorkers } from "../keystoreWorkers.ts";
import type { PrintableRecord } from "../output.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** As `writeKeystore` and the deposit-cli name their files. */
const INDEX_IN_NAME = /keystore-m_12381_3600_(\d+)_0_0/;
const MAX_INDEX = 2 ** 32 - 1;

/** Keys to make. */
export interface KeysRequest extends DepositTerms {
  /** Folder of the ceremony. */
  readonly folder: string;
  /** Seed of the mnemonic; the caller overwrites it. */
  readonly seed: Uint8Array;
  /** EIP-2334 index of the folder's first key. */
  readonly firstIndex: number;
  /** How many keys the folder is to hold. */
  readonly count: number;
  /** How keystores are encrypted; undefined for none. */
  readonly keystores: { readonly kdf: KdfName; readonly password: string } | undefined;
}

/**
 * Makes the keys that a ceremony lacks: signs their deposits and, if asked, encrypts their keystores. What is there is
 * compared, and kept.
 * @throws {InputError} If the folder holds more keys, or keys of another mnemonic, index, amount or credentials.
 * @throws {FieldError} If the terms are unusable, a file is damaged, or the keystores there have another password.
 */
export async function generateKeys(request: KeysRequest, terminal: Terminal): Promise<PrintableRecord> {
  const { folder, seed, firstIndex, count, network } = request;
  const known = readDeposits(folder, network);
  if (known.length > count)
    throw new InputError(
      "count",
      String(count),
      `is less than the ${known.length} keys that ${folder} holds`,
      "give the number of keys the folder is to hold in all",
    );
  const indexes = Array.from({ length: count }, (_, i) => firstIndex + i);
  const { withdrawalCredentials, amount } = request;
  const terms: DepositTerms = { withdrawalCredentials, amount, network };
  const jobs = inChunks(indexes, JOB_SIZE).map((keys): DepositJob => ({ kind: "deposits", keys, terms }));
  const deposits = await withProgress(terminal, "make keys", count, async (advance) =>
    (await runKeyJobs(jobs, seed, advance)).flat(),
  );
  known.forEach((deposit, i) => {
    checkSame(folder, i, deposit, deposits[i]);
  });
  const keystores = await writeKeystores(request, deposits, terminal);
  if (known.length < count) writeDeposits(folder, deposits, network);
  return {
    folder,
    keys: count,
    newKeys: count - known.length,
    newKeystores: keystores,
    firstIndex,
    network: network.name,
    withdrawalCredentials,
    amountGwei: amount,
  };
}

/** Encrypts the keystores that are missing, as many at once as cores and memory allow, and returns their number. */
async function writeKeystores(request: KeysRequest, deposits: readonly DepositData[], terminal: Terminal) {
  const { folder, seed, firstIndex, keystores } = request;
  if (keystores === undefined) return 0;
  const { kdf, password } = keystores;
  const made = new Set<string | undefined>(deposits.map(({ pubkey }) => toHex(pubkey)));
  const found = readKeystores(folder);
  const stored = new Set(found.map(({ pubkey }) => pubkey));
  const keychain = new ValidatorKeychain(seed);
  const foreign = found.filter(({ pubkey }) => !made.has(pubkey));
  const [other] = foreign.filter((keystore) => positionOf(keystore, keychain, firstIndex) === undefined);
  if (other !== undefined)
    throw new InputError(
      "keystore",
      other.pubkey ?? "no public key",
      `in ${folder} is for another key`,
      "give the mnemonic, passphrase and first index that the folder was begun with, or name another folder",
    );
  if (foreign.length > 0) {
    const last = Math.max(...foreign.map((keystore) => positionOf(keystore, keychain, firstIndex) ?? 0));
    throw new InputError(
      "count",
      String(deposits.length),
      `is less than the ${last + 1} keys that ${folder} was begun for, as its keystores show`,
      "give the number of keys the folder is to hold in all, or name another folder",
    );
  }
  const missing = deposits.flatMap(({ pubkey }, i) => (stored.has(toHex(pubkey)) ? [] : [firstIndex + i]));
  const [one] = found;
  // No task could open a folder of keystores with two passwords.
  if (one !== undefined && missing.length > 0) (await decryptKeystore(one.json, password, one.name)).fill(0);
  const encrypt = async (index: number): Promise<void> => {
    const secret = keychain.signingKey(index).toBytes();
    const path = signingKeyPath(index);
    try {
      writeKeystore(folder, path, await encryptKeystore(secret, password, { path, kdf }));
    } finally {
      secret.fill(0);
    }
  };
  await withProgress(terminal, "encrypt keystores", missing.length, (advance) =>
    mapConcurrently(missing, keystoreWorkers([standardKdf(kdf, new Uint8Array())]), encrypt, advance),
  );
  return missing.length;
}

/** Where the key of a keystore stands among those of the mnemonic, after the first index; undefined if it is none. */
function positionOf({ name, pubkey }: StoredKeystore, keychain: ValidatorKeychain, firstIndex: number) {
  const [, digits] = INDEX_IN_NAME.exec(name) ?? [];
  const index = Number(digits ?? -1);
  if (index < firstIndex || index > MAX_INDEX) return undefined;
  const derived = keychain.signingKey(index).toPublicKey().toBytes();
  return toHex(derived) === pubkey ? index - firstIndex : undefined;
}

function checkSame(folder: string, position: number, known: DepositData, made: DepositData | undefined): void {
  const differs = (field: keyof DepositData, value: string, remedy: string): InputError =>
    new InputError(field, value, `of key ${position} in ${folder} is another one`, remedy);
  if (made === undefined || !equalBytes(known.pubkey, made.pubkey))
    throw differs(
      "pubkey",
      toHex(known.pubkey),
      "give the mnemonic, passphrase and first index that the folder was begun with, or name another folder",
    );
  const another = "use the terms that the folder was begun with, or name another folder";
  if (!equalBytes(known.withdrawalCredentials, made.withdrawalCredentials))
    throw differs("withdrawalCredentials", toHex(known.withdrawalCredentials), another);
  if (known.amount !== made.amount) throw differs("amount", `${known.amount} Gwei`, another);
}
