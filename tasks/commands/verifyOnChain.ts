import { basename } from "node:path";

import type { ListedBatch } from "../../clients/batchList.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkNonceOrder } from "../../src/ceremony/nonceOrder.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import type { Checklist } from "../checklist.ts";
import { InputError } from "../input.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { VerifiedBatch } from "./verifyKeys.ts";

/**
 * Verifies batches against the chain: their operators and these operators' keys, and that their nonces are the account's
 * next ones, or were.
 * @throws {FieldError} For the first thing that is wrong.
 */
export async function verifyOnChain(
  ssv: SSVConnection,
  batches: readonly VerifiedBatch[],
  checklist: Checklist,
): Promise<void> {
  for (const { folder: path, ceremony } of batches)
    await checklist.check("chain: operators, and their keys at ssv.network", basename(path), async () => {
      checkOperators(ceremony, await fetchRegisteredOperators(ssv.ssvNetwork, ceremony.operatorIds));
    });
  if (batches.length === 0) return;
  await checklist.check("chain: nonces follow on the account's", `${batches.length} batches`, async () => {
    const ceremonies = new Map(batches.map((batch) => [batch.folder, batch.ceremony]));
    const listed = batches.map(({ folder, ceremony }) => listOf(folder, ceremony));
    const account = await fetchSSVAccount(ssv, listed, (batch) => requireCeremony(ceremonies, batch));
    const { stale } = checkNonceOrder(listed, account);
    const [first] = stale;
    if (first !== undefined)
      throw new InputError(
        basename(first.folder),
        `nonce ${first.firstNonce} on`,
        `does not follow on the account's next nonce, ${account.nextNonce}`,
        "make new shares with `keys resplit`",
      );
  });
}

function listOf(folder: string, { owner, operatorIds, keys }: Ceremony): ListedBatch {
  return {
    folder,
    owner,
    operatorIds,
    firstNonce: keys[0]?.ownerNonce ?? 0n,
    pubkeys: keys.map(({ pubkey }) => pubkey),
  };
}

function requireCeremony(ceremonies: ReadonlyMap<string, Ceremony>, { folder }: ListedBatch): Ceremony {
  const ceremony = ceremonies.get(folder);
  if (ceremony === undefined) throw new Error(`the batch in ${folder} was not verified`);
  return ceremony;
}
