import { SecretKey } from "@chainsafe/blst";
import { interopSecretKeys } from "@lodestar/state-transition";

import { ORDER } from "../../src/keys/scalarField.ts";
import { toBareHex, toHex, type Hex } from "../../src/units/hex.ts";

/**
 * The validators that are not the pool's, by their positions in the genesis. Their keys are the well-known ones of
 * consensus clients' interoperation tests: anybody can derive them, they protect nothing, anywhere.
 */
export class ForeignValidators {
  readonly pubkeys: readonly Uint8Array[];
  readonly #secrets: readonly SecretKey[];
  readonly #positions: ReadonlyMap<Hex, number>;
  /** Sums of keys that sign together again and again: those of a sync committee do for a whole period. */
  readonly #sums = new Map<string, SecretKey>();

  constructor(count: number) {
    this.#secrets = interopSecretKeys(count);
    this.pubkeys = this.#secrets.map((secret) => secret.toPublicKey().toBytes());
    this.#positions = new Map(this.pubkeys.map((pubkey, position) => [toHex(pubkey), position]));
  }

  /** Position of a public key; undefined if it is none of these validators'. */
  positionOf(pubkey: Hex): number | undefined {
    return this.#positions.get(pubkey);
  }

  /** Signature of one validator. */
  sign(position: number, root: Uint8Array): Uint8Array {
    return this.#secretAt(position).sign(root).toBytes();
  }

  /**
   * The aggregate of the validators' signatures of one message, which is the signature of the sum of their keys. One
   * that is named several times is in it as often.
   */
  signTogether(positions: readonly number[], root: Uint8Array): Uint8Array {
    const name = positions.join();
    const sum = this.#sums.get(name) ?? this.#sumOf(positions);
    if (this.#sums.size >= MAX_SUMS) this.#sums.clear();
    this.#sums.set(name, sum);
    return sum.sign(root).toBytes();
  }

  #sumOf(positions: readonly number[]): SecretKey {
    const scalars = positions.map((position) => BigInt(`0x${toBareHex(this.#secretAt(position).toBytes())}`));
    const sum = scalars.reduce((total, scalar) => total + scalar, 0n) % ORDER;
    return SecretKey.fromHex(sum.toString(16).padStart(64, "0"));
  }

  #secretAt(position: number): SecretKey {
    const secret = this.#secrets[position];
    if (secret === undefined) throw new Error(`there are ${this.#secrets.length} foreign validators, no ${position}`);
    return secret;
  }
}

const MAX_SUMS = 256;
