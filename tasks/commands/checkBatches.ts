import { fetchContent } from "../../clients/batchContent.ts";
import type { RegisteredBatch } from "../../clients/batches.ts";
import type { FolderBatch } from "../../clients/folderBatches.ts";
import { findKeyUsage, ownerOfPool } from "../../clients/keyUsage.ts";
import type { ScannedBlocks } from "../../clients/logs.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { checkUnused } from "../../clients/unusedKeys.ts";
import { checkExpectations } from "../../src/ceremony/expectations.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";
import { excludedKey } from "./excludedKeys.ts";

/** What batches that are to be registered are checked against. */
export interface BatchChecks {
  readonly network: Network;
  /** All of the pool. */
  readonly registered: readonly RegisteredBatch[];
  /** Block before which nobody can have used the keys; if left out, only this pool is searched for them. */
  readonly scanFrom: number | undefined;
}

/**
 * Checks all batches before the first one is registered: owner, credentials, nonces, operators, and that no key appears
 * twice, is left out or was used before.
 * @returns Where uses of the keys were looked for.
 * @throws {FieldError} For the first problem.
 */
export async function checkBatches(
  { pool }: Pick<PoolConnection, "pool">,
  batches: readonly FolderBatch[],
  { network, registered, scanFrom }: BatchChecks,
  terminal: Terminal,
): Promise<ScannedBlocks | undefined> {
  const [excluded] = batches.flatMap((batch) => batch.excluded);
  if (excluded !== undefined) throw excludedKey("key of dir", excluded);
  const { poolETH, poolManager, clusterManager } = pool;
  const owner = await clusterManager.getAddress();
  const withdrawalCredentials = (await poolETH.withdrawalCredentials(false)) as Hex;
  let firstNonce = await poolManager.nextNonce();
  for (const { ceremony } of batches) {
    checkExpectations(ceremony, { owner, withdrawalCredentials, firstNonce });
    firstNonce += BigInt(ceremony.keys.length);
  }
  for (const { ceremony } of batches)
    checkOperators(ceremony, await fetchRegisteredOperators(pool.ssvNetwork, ceremony.operatorIds));

  const pubkeys = batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
  checkDistinct(pubkeys);
  const { scanned, unread, ...usages } = await findKeyUsage(await ownerOfPool(pool), pubkeys, {
    network,
    fromBlock: scanFrom,
    batches: registered,
    // Keys that were dropped may come back.
    readContent: (batch) => (batch.state === "discarded" ? Promise.resolve(undefined) : fetchContent(batch, network)),
  });
  checkUnused(usages, "register");
  for (const { batchId, reason } of unread)
    terminal.note(`warning: not compared with the keys that wait in batch ${batchId}: ${reason}`);
  if (scanned === undefined)
    terminal.note(
      "warning: deposits and foreign registrations of the keys were not looked for: give --scan-from, a block before the ceremony took place; `validators activate` will need it",
    );
  return scanned;
}

function checkDistinct(pubkeys: readonly Hex[]): void {
  const seen = new Set<Hex>();
  for (const pubkey of pubkeys) {
    if (seen.has(pubkey))
      throw new InputError("dir", pubkey, "holds this validator key twice", "remove the batch that should not have it");
    seen.add(pubkey);
  }
}
