import { basename } from "node:path";

import type { ListedBatch } from "../../clients/batchList.ts";
import { hasProofs } from "../../clients/dkgFolder.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { checkNonceOrder } from "../../src/ceremony/nonceOrder.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { VerifiedBatch } from "./verifyBatches.ts";

/**
 * Verifies batches against the chain: their operators and these operators' keys, and that their nonces are the account's
 * next ones, or were.
 * @returns Keys that the account has registered.
 * @throws {FieldError} For the first thing that is wrong.
 */
export async function verifyOnChain(
  ssv: SSVConnection,
  batches: readonly VerifiedBatch[],
  checklist: Checklist,
): Promise<ReadonlySet<Hex>> {
  for (const { folder: path, keysharesFile, keys } of batches)
    await checklist.check("chain: operators, and their keys at ssv.network", basename(path), async () => {
      checkOperators(keys, await fetchRegisteredOperators(ssv.ssvNetwork, keys.operatorIds), keysharesFile);
    });
  if (batches.length === 0) return new Set();
  return checklist.check(
    "chain: nonces follow on the account's",
    `${batches.length} ${batches.length === 1 ? "batch" : "batches"}`,
    async () => {
      const ceremonies = new Map(batches.map(({ folder, ceremony }) => [folder, ceremony]));
      const listed = batches.map(listOf);
      // The pool's registry knows batches by the deposits too.
      const whole = listed.filter(({ folder }) => ceremonies.get(folder) !== undefined);
      const account = await fetchSSVAccount(ssv, whole, ({ folder }) => {
        const ceremony = ceremonies.get(folder);
        if (ceremony === undefined) throw new Error(`the batch in ${folder} was not verified`);
        return ceremony;
      });
      const { stale } = checkNonceOrder(listed, account);
      const [first] = stale;
      if (first !== undefined)
        throw new InputError(
          `nonces of ${batches.find(({ folder }) => folder === first.folder)?.keysharesFile ?? first.folder}`,
          `from ${first.firstNonce} on`,
          `do not follow on the account's next one, ${account.nextNonce}`,
          "make new shares with `keys resplit`",
        );
      return account.registered;
    },
  );
}

function listOf({ folder, keys: { owner, operatorIds, keys } }: VerifiedBatch): ListedBatch {
  return {
    folder,
    owner,
    operatorIds,
    firstNonce: keys[0]?.ownerNonce ?? 0n,
    pubkeys: keys.map(({ pubkey }) => pubkey),
    hasProofs: hasProofs(folder),
  };
}
