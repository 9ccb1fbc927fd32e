import { mapConcurrently } from "../clients/concurrency.ts";
import { readKeystores, type StoredKeystore } from "../clients/keyFolder.ts";
import type { KeyReference } from "../src/ceremony/keyJobs.ts";
import { ValidatorKeychain } from "../src/keys/derivation.ts";
import { decryptKeystore } from "../src/keys/keystore.ts";
import { parseKeystoreFile } from "../src/keys/keystoreFile.ts";
import { toHex, type Hex } from "../src/units/hex.ts";
import { InputError, parseCount } from "./input.ts";
import { keystoreWorkers } from "./keystoreWorkers.ts";
import { readSeed, type MnemonicArguments } from "./mnemonic.ts";
import { withProgress } from "./progress.ts";
import { readPassword } from "./secrets.ts";
import type { Terminal } from "./terminal.ts";

/** Where the secret keys of a ceremony come from. */
export interface KeySourceArguments extends MnemonicArguments {
  readonly firstIndex: string;
  /** Folder with keystores. */
  readonly keystores: string | undefined;
  readonly passwordFile: string | undefined;
}

/** The secret keys of a ceremony, until they are disposed of. */
export interface KeySource {
  /** What keys are derived from, if they are. */
  readonly seed: Uint8Array | undefined;
  /** The key at a position among the keys of the ceremony. */
  readonly keyAt: (position: number) => KeyReference;
  /** Overwrites what is secret. */
  readonly dispose: () => void;
}

const MAX_INDEX = 2 ** 32 - 1;

/**
 * Checks what can be told of a source of keys without opening it.
 * @param count How many keys the ceremony has.
 * @returns The index of its first key.
 * @throws {InputError} If two sources are named, or the index is none.
 */
export function checkKeySource({ mnemonicFile, keystores, firstIndex }: KeySourceArguments, count: number): number {
  if (mnemonicFile !== undefined && keystores !== undefined)
    throw new InputError("keystores", keystores, "are given beside a mnemonic", "name one source of keys");
  return parseCount(firstIndex, "firstIndex", 0, MAX_INDEX - count + 1);
}

/**
 * Opens the keystores that are named or in the folder, or else the mnemonic.
 * @param pubkeys All keys of the ceremony.
 * @param positions Keys that are needed, at least one.
 * @throws {InputError} If the source holds other keys.
 * @throws {FieldError} If mnemonic, keystore or password are wrong.
 */
export async function openKeySource(
  args: KeySourceArguments,
  folder: string,
  pubkeys: readonly Hex[],
  positions: readonly number[],
  terminal: Terminal,
): Promise<KeySource> {
  const { mnemonicFile, keystores } = args;
  const firstIndex = checkKeySource(args, pubkeys.length);
  const stored = mnemonicFile === undefined ? readKeystores(keystores ?? folder) : [];
  if (stored.length > 0 || keystores !== undefined) {
    const needed = positions.map((position) => findKeystore(stored, pubkeys[position] ?? "0x", keystores ?? folder));
    const password = await readPassword(terminal, args.passwordFile, "passwordFile");
    return decryptAll(needed, positions, password, terminal);
  }
  const seed = await readSeed(args, terminal);
  try {
    const keychain = new ValidatorKeychain(seed);
    for (const position of positions) checkDerived(keychain, firstIndex, folder, pubkeys, position);
  } catch (error) {
    seed.fill(0);
    throw error;
  }
  return {
    seed,
    keyAt: (at) => firstIndex + at,
    dispose: () => {
      seed.fill(0);
    },
  };
}

function checkDerived(
  keychain: ValidatorKeychain,
  firstIndex: number,
  folder: string,
  pubkeys: readonly Hex[],
  position: number,
): void {
  const index = firstIndex + position;
  const derived = toHex(keychain.signingKey(index).toPublicKey().toBytes());
  if (derived !== pubkeys[position])
    throw new InputError(
      "mnemonic",
      `public key ${derived} at index ${index}`,
      `does not give key ${position} of ${folder}, ${pubkeys[position] ?? ""}`,
      "give the mnemonic, passphrase and first index that the folder was made with",
    );
}

async function decryptAll(
  keystores: readonly StoredKeystore[],
  positions: readonly number[],
  password: string,
  terminal: Terminal,
): Promise<KeySource> {
  const secrets = new Map<number, Uint8Array>();
  let isDisposed = false;
  const dispose = (): void => {
    isDisposed = true;
    for (const secret of secrets.values()) secret.fill(0);
  };
  const decrypt = async ([i, { json, path }]: [number, StoredKeystore]): Promise<void> => {
    const secret = await decryptKeystore(json, password, path);
    // One that was under way when another failed comes too late.
    if (isDisposed) secret.fill(0);
    else secrets.set(positions[i] ?? 0, secret);
  };
  const kdfs = keystores.map(({ json, path }) => parseKeystoreFile(json, path).crypto.kdf);
  try {
    await withProgress(terminal, "decrypt keystores", keystores.length, (advance) =>
      mapConcurrently([...keystores.entries()], keystoreWorkers(kdfs), decrypt, advance),
    );
  } catch (error) {
    dispose();
    throw error;
  }
  return { seed: undefined, keyAt: (position) => secrets.get(position) ?? new Uint8Array(), dispose };
}

function findKeystore(stored: readonly StoredKeystore[], pubkey: Hex, folder: string): StoredKeystore {
  const found = stored.find((keystore) => keystore.pubkey === pubkey);
  if (found === undefined)
    throw new InputError(
      "keystores",
      folder,
      `hold no key ${pubkey}`,
      "name the folder with the keystores of all keys, or give the mnemonic",
    );
  return found;
}
