import blst from "@chainsafe/blst";

import { parsePublicKey } from "../../src/consensus/bls.ts";
import { fromHex, toBareHex, type Hex } from "../../src/units/hex.ts";

/** A signature to be verified. */
export interface CombinedSignature {
  readonly pubkey: Hex;
  /** 32 bytes. */
  readonly signingRoot: Uint8Array;
  /** 96 bytes. */
  readonly signature: Uint8Array;
}

const MAX_KEYS = 20_000;
/** Checking a point takes longer than all else that is done with a key. */
const publicKeys = new Map<Hex, blst.PublicKey>();

/**
 * Whether each of the signatures is valid. Those of the same message are folded with random factors first, as
 * validators of one committee sign the same; only when the whole is invalid are they looked at one by one.
 */
export function verifyEach(signatures: readonly CombinedSignature[]): boolean[] {
  if (areAllValid(signatures)) return signatures.map(() => true);
  return signatures.map((signature) => areAllValid([signature]));
}

function areAllValid(signatures: readonly CombinedSignature[]): boolean {
  const messages = new Map<string, CombinedSignature[]>();
  for (const signature of signatures) {
    const message = toBareHex(signature.signingRoot);
    messages.set(message, [...(messages.get(message) ?? []), signature]);
  }
  try {
    const sets = [...messages.values()].map((group) => {
      const points = group.map(({ pubkey, signature }) => ({ pk: publicKeyOf(pubkey), sig: signature }));
      return { msg: group[0]?.signingRoot ?? new Uint8Array(), ...blst.aggregateWithRandomness(points) };
    });
    return sets.length === 0 || blst.verifyMultipleAggregateSignatures(sets, false, true);
  } catch {
    // Some point is none.
    return false;
  }
}

function publicKeyOf(pubkey: Hex): blst.PublicKey {
  const known = publicKeys.get(pubkey);
  if (known !== undefined) return known;
  const bytes = parsePublicKey(fromHex(pubkey, "pubkey", 48)).toBytes();
  const key = blst.PublicKey.fromBytes(bytes);
  if (publicKeys.size >= MAX_KEYS) publicKeys.clear();
  publicKeys.set(pubkey, key);
  return key;
}
