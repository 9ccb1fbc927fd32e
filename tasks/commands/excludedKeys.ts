import { readExcluded } from "../../clients/batchList.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/** That a batch holds a key which its folder leaves out for ever. */
export function excludedKey(field: string, pubkey: Hex, unless = ""): InputError {
  return new InputError(
    field,
    pubkey,
    "is left out for ever by excluded.json",
    `make its batch anew without it, with \`keys resplit --exclude ${pubkey}\`${unless}`,
  );
}

/**
 * Verifies that batches hold no key which their folder leaves out, other than those of validators that run already.
 * @param registered Keys that were registered at SSV; undefined without a connection.
 * @throws {InputError} For the first that they hold.
 * @throws {FieldError} If the list is damaged.
 */
export async function verifyExcluded(
  folder: string,
  batches: readonly VerifiedBatch[],
  registered: ReadonlySet<Hex> | undefined,
  checklist: Checklist,
): Promise<void> {
  const excluded = readExcluded(folder);
  if (excluded.size === 0) return;
  await checklist.check("batches: no key that is left out", `${excluded.size} of excluded.json`, () => {
    const unless = registered === undefined ? "; if its validator runs already, verify with --network" : "";
    for (const { keysharesFile, keys } of batches)
      for (const { pubkey } of keys.keys)
        if (excluded.has(pubkey) && registered?.has(pubkey) !== true)
          throw excludedKey(`key of ${keysharesFile}`, pubkey, unless);
  });
}
