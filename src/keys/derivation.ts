import { SecretKey } from "@chainsafe/bls/blst-native";
import blst from "@chainsafe/blst";
import { generateMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

import { FieldError } from "../units/errors.ts";

/** A mnemonic, seed or index no key can be derived from. The mnemonic is never shown. */
export class DerivationError extends FieldError {}

const PURPOSE = 12381;
const COIN_TYPE = 3600;
const MAX_INDEX = 2 ** 32 - 1;
const MIN_SEED_LENGTH = 32;
/** Bits of randomness in a new mnemonic: 24 words, as the deposit-cli makes them. */
const MNEMONIC_BITS = 256;
/** How many words a mnemonic may have. */
const MNEMONIC_LENGTHS: readonly number[] = [12, 15, 18, 21, 24];

/** A new English BIP-39 mnemonic of 24 words. Whoever knows it has all keys; JavaScript cannot overwrite it. */
export function newMnemonic(): string {
  return generateMnemonic(wordlist, MNEMONIC_BITS);
}

/**
 * The seed of an English BIP-39 mnemonic.
 * @param passphrase The optional 25th word.
 * @returns 64 bytes; overwrite them after use.
 * @throws {DerivationError} If a word or the checksum is wrong.
 */
export function mnemonicToSeed(mnemonic: string, passphrase = ""): Uint8Array {
  const words = mnemonic
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  checkWords(words);
  return mnemonicToSeedSync(words.join(" "), passphrase);
}

/** Says where a mnemonic is wrong by position only: a misspelt word tells the right one. */
function checkWords(words: readonly string[]): void {
  const refuse = (problem: string, remedy: string): DerivationError =>
    new DerivationError("mnemonic", `${words.length} words`, problem, remedy);
  const unknown = words.flatMap((word, i) => (wordlist.includes(word) ? [] : [i + 1]));
  if (!MNEMONIC_LENGTHS.includes(words.length))
    throw refuse("has too many words or too few", "give its 12, 15, 18, 21 or 24 words, by spaces");
  if (unknown.length > 0)
    throw refuse(
      `has words that are not in the English list of BIP-39, at position ${unknown.join(", ")}`,
      "compare these with what was written down; no two words of the list begin with the same four letters",
    );
  if (!validateMnemonic(words.join(" "), wordlist))
    throw refuse(
      "has a wrong checksum, though all its words are in the list",
      "compare each word and their order with what was written down",
    );
}

/** Where the signing key of validator `index` stands in the tree of keys (EIP-2334). */
export function signingKeyPath(index: number): string {
  return `m/${PURPOSE}/${COIN_TYPE}/${index}/0/0`;
}

/**
 * Derives validator signing keys `m/12381/3600/i/0/0` (EIP-2333, EIP-2334) from one seed. The nodes all keys share
 * are derived once, which makes each further key cost three derivations.
 */
export class ValidatorKeychain {
  readonly #account: blst.SecretKey;

  /**
   * @param seed At least 32 bytes; overwriting it afterwards is the caller's.
   * @throws {DerivationError} If the seed is shorter.
   */
  constructor(seed: Uint8Array) {
    if (seed.length < MIN_SEED_LENGTH)
      throw new DerivationError(
        "seed",
        `${seed.length} bytes`,
        "is too short",
        `give at least ${MIN_SEED_LENGTH} bytes`,
      );
    this.#account = blst.SecretKey.deriveMasterEip2333(seed).deriveChildEip2333(PURPOSE).deriveChildEip2333(COIN_TYPE);
  }

  /**
   * A keychain from an English BIP-39 mnemonic, as the deposit-cli makes and restores them.
   * @param passphrase The optional 25th word.
   * @throws {DerivationError} If a word or the checksum is wrong.
   */
  static fromMnemonic(mnemonic: string, passphrase = ""): ValidatorKeychain {
    const seed = mnemonicToSeed(mnemonic, passphrase);
    try {
      return new ValidatorKeychain(seed);
    } finally {
      seed.fill(0);
    }
  }

  /**
   * The signing key of validator `index`. blst overwrites it when it is collected.
   * @throws {DerivationError} If the index is not a whole number below 2^32.
   */
  signingKey(index: number): SecretKey {
    if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX)
      throw new DerivationError("validator index", String(index), "is out of range", `use 0 to ${MAX_INDEX}`);
    return new SecretKey(this.#account.deriveChildEip2333(index).deriveChildEip2333(0).deriveChildEip2333(0));
  }
}
