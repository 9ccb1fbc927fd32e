import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/**
 * Verifies that batches have no key and no nonce in common, and tells of nonces between them that none has.
 * @throws {InputError} For the first that two of them have.
 */
export async function verifyOrder(batches: readonly VerifiedBatch[], checklist: Checklist): Promise<void> {
  await checklist.check("batches: no key and no nonce twice", `${batches.length} batches`, () => {
    const [pubkeys, nonces] = [new Map<string, string>(), new Map<string, string>()];
    const claim = (taken: Map<string, string>, field: string, value: string, file: string): void => {
      const earlier = taken.get(value);
      if (earlier !== undefined)
        throw new InputError(field, value, `is also in ${earlier}`, "keep one of the two batches");
      taken.set(value, file);
    };
    for (const { keysharesFile: file, keys } of batches)
      for (const { pubkey, ownerNonce } of keys.keys) {
        claim(pubkeys, `key of ${file}`, pubkey, file);
        claim(nonces, `nonce of ${file}`, ownerNonce.toString(), file);
      }
  });
  // Another folder may have them, so only the chain knows.
  const gaps = findGaps(batches);
  if (gaps.length > 0)
    checklist.skip(
      "batches: nonces without a gap",
      `${batches.length} batches`,
      `none has ${gaps.join(", ")}, which is only right if the account uses them otherwise`,
    );
}

/** Nonces between those of batches that none of them has. */
function findGaps(batches: readonly VerifiedBatch[]): string[] {
  const nonces = batches.flatMap(({ keys }) => keys.keys.map(({ ownerNonce }) => ownerNonce));
  nonces.sort((a, b) => (a < b ? -1 : 1));
  return nonces.flatMap((nonce, i) => {
    const [from, to] = [(nonces[i - 1] ?? nonce - 1n) + 1n, nonce - 1n];
    if (from > to) return [];
    return [from === to ? `nonce ${from}` : `nonces ${from} to ${to}`];
  });
}
