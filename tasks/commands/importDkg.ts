import { listBatchFolders } from "../../clients/batchList.ts";
import { writeBatch } from "../../clients/ceremonyFolder.ts";
import { importDkg } from "../../clients/dkgFolder.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { checkNonceOrder } from "../../src/ceremony/nonceOrder.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import { networkByChainId } from "../../src/consensus/network.ts";
import type { PrintableRecord } from "../output.ts";
import { fetchSSVAccount } from "../ssvAccount.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { expectationsOf } from "./expectations.ts";

/**
 * Takes a ceremony of ssv-dkg into a folder as its next batch, once all of it is verified, its operators' keys are those
 * of ssv.network, and its nonces are the account's next ones.
 * @param from Folder that ssv-dkg wrote; it is left as it is.
 * @throws {FieldError} For the first thing that is wrong.
 */
export async function importBatch(ssv: SSVConnection, from: string, folder: string): Promise<PrintableRecord> {
  const network = networkByChainId(ssv.chainId);
  const batches = listBatchFolders(folder);
  const account = await fetchSSVAccount(ssv, batches);
  const { nextNonce } = checkNonceOrder(batches, account);
  const own = account.pool === undefined ? account.owner : undefined;
  const expected = await expectationsOf({ account: own, withdrawalAddress: undefined, compounding: false }, ssv);
  const { ceremony, files } = importDkg(from, network, { ...expected, owner: account.owner, firstNonce: nextNonce });
  checkOperators(ceremony, await fetchRegisteredOperators(ssv.ssvNetwork, ceremony.operatorIds));
  const keys = ceremony.keys.length;
  return {
    folder: writeBatch(folder, nextNonce, keys, files),
    owner: account.owner,
    firstNonce: nextNonce,
    keys,
    operators: [...ceremony.operatorIds],
  };
}
