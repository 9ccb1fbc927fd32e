import { fromHex, type Hex } from "../units/hex.ts";

/** Bytes of a public key. */
const LENGTH = 48;
/** Where the bytes of a key stand that tell keys apart; the first ones hold flags of the point. */
const PREFIX = 8;
/** Places of the table for a key, so that most look-ups end at the first one. */
const PLACES = 4;

/** Finds public keys in bytes without making a string of each: a whole registry is looked through in it. */
export class PubkeyIndex {
  readonly #pubkeys: readonly Hex[];
  readonly #bytes: Buffer;
  /** Positions of keys, from one on; zero is empty. Whose place is taken gets the next one. */
  readonly #table: Uint32Array;
  readonly #mask: number;

  /**
   * @param pubkeys Of 48 bytes each, lower case.
   * @throws {HexFormatError} If one is no public key.
   */
  constructor(pubkeys: Iterable<Hex>) {
    this.#pubkeys = [...new Set(pubkeys)];
    this.#bytes = Buffer.alloc(LENGTH * this.#pubkeys.length);
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, PLACES * this.#pubkeys.length)));
    this.#table = new Uint32Array(size);
    this.#mask = size - 1;
    this.#pubkeys.forEach((pubkey, position) => {
      this.#bytes.set(fromHex(pubkey, "pubkey", LENGTH), LENGTH * position);
      let place = this.#bytes.readUInt32LE(LENGTH * position + PREFIX) & this.#mask;
      while (this.#table[place] !== 0) place = (place + 1) & this.#mask;
      this.#table[place] = position + 1;
    });
  }

  /** The key that stands in bytes at an offset, if it is one of the index. */
  find(bytes: Buffer, offset: number): Hex | undefined {
    const prefix = bytes.readUInt32LE(offset + PREFIX);
    for (let place = prefix & this.#mask; ; place = (place + 1) & this.#mask) {
      const found = this.#table[place] ?? 0;
      if (found === 0) return undefined;
      const at = LENGTH * (found - 1);
      if (
        this.#bytes.readUInt32LE(at + PREFIX) === prefix &&
        this.#bytes.compare(bytes, offset, offset + LENGTH, at, at + LENGTH) === 0
      )
        return this.#pubkeys[found - 1];
    }
  }
}
