import { listBatchFolders, readExcluded } from "../../clients/batchList.ts";
import { writeBatch } from "../../clients/ceremonyFolder.ts";
import { importDkg } from "../../clients/dkgFolder.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { CeremonyError, type Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkNonceOrder } from "../../src/ceremony/nonceOrder.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import { networkByChainId } from "../../clients/networks.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { expectationsOf } from "./expectations.ts";
import { supersedeAll } from "./planResplit.ts";
import { asideFields } from "./splitOutcome.ts";

/**
 * Takes a ceremony of ssv-dkg into a folder as its next batch, once all of it is verified, its operators' keys are those
 * of ssv.network, and its nonces are the account's next ones. Void batches that hold one of its keys are put aside.
 * @param from Folder that ssv-dkg wrote; it is left as it is.
 * @throws {FieldError} For the first thing that is wrong.
 */
export async function importBatch(ssv: SSVConnection, from: string, folder: string): Promise<PrintableRecord> {
  const network = networkByChainId(ssv.chainId);
  const batches = listBatchFolders(folder);
  const account = await fetchSSVAccount(ssv, batches);
  const { stale, nextNonce } = checkNonceOrder(batches, account);
  const own = account.pool === undefined ? account.owner : undefined;
  const expected = await expectationsOf({ account: own, withdrawalAddress: undefined, compounding: false }, ssv);
  const { ceremony, files } = importDkg(from, network, { ...expected, owner: account.owner });
  checkOperators(ceremony, await fetchRegisteredOperators(ssv.ssvNetwork, ceremony.operatorIds));
  // Last, because its remedy keeps the ceremony, which must be good otherwise.
  checkFirstNonce(ceremony, nextNonce, account.pool !== undefined);
  const pubkeys = ceremony.keys.map(({ pubkey }) => pubkey);
  const kept = batches.filter((batch) => !stale.includes(batch)).flatMap((batch) => batch.pubkeys);
  checkNew(pubkeys, new Set([...kept, ...account.registered, ...readExcluded(folder)]));
  // Its keys were signed anew; behind this one its nonces might be in order again.
  const replaced = stale.filter((batch) => batch.pubkeys.some((pubkey) => pubkeys.includes(pubkey)));
  supersedeAll(folder, replaced);
  const keys = pubkeys.length;
  return {
    folder: writeBatch(folder, nextNonce, keys, files),
    owner: account.owner,
    firstNonce: nextNonce,
    keys,
    operators: [...ceremony.operatorIds],
    putAside: asideFields(replaced.map((batch) => ({ batch, reason: "void" }))),
  };
}

function checkFirstNonce({ keys }: Ceremony, expected: bigint, isPool: boolean): void {
  const nonce = keys[0]?.ownerNonce;
  if (nonce === expected) return;
  const endorsed = isPool ? ", endorsed with `keys endorse`" : "";
  throw new CeremonyError(
    "ceremony owner nonce",
    String(nonce),
    `does not begin at ${expected}`,
    `have its operators sign for nonces from ${expected} on with \`ssv-dkg resign\`${endorsed}, or run the ceremony again with --nonce ${expected}`,
  );
}

function checkNew(pubkeys: readonly Hex[], known: ReadonlySet<Hex>): void {
  const pubkey = pubkeys.find((key) => known.has(key));
  if (pubkey !== undefined)
    throw new InputError(
      "from",
      pubkey,
      "holds a key that is registered, excluded, or in another batch of the folder",
      "import only keys that are to be registered",
    );
}
