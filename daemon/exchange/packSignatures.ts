import { concat } from "ethers";

import type { Hex } from "../../src/units/hex.ts";

/**
 * Signatures as the committee takes them, ascending by the signers' addresses.
 * @param signatures By member.
 * @param count How many are needed: there are no more of them.
 */
export function packSignatures({ signatures }: { readonly signatures: ReadonlyMap<string, Hex> }, count: number): Hex {
  const ascending = [...signatures].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return concat(ascending.slice(0, count).map(([, signature]) => signature)) as Hex;
}
