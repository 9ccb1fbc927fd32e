import type { RegisteredBatch } from "../../../clients/batches.ts";
import { exitRequestsOf, fetchRestoration } from "../../../clients/exitRequests.ts";
import type { Errand } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";

/** Has the registry keep a batch that it replaced; nothing if it knows it. */
export async function restorationOf(
  { pool }: KeeperRound,
  batches: readonly RegisteredBatch[],
  batchId: bigint,
): Promise<Errand | undefined> {
  const restoration = await fetchRestoration(pool, batches, batchId);
  if (restoration === undefined) return undefined;
  const { before, records, wanted } = restoration;
  const exits = await exitRequestsOf(pool);
  const { to, data } = await exits.restoreBatches.populateTransaction(before, records, wanted);
  const details = { restored: batchId, records: records.length };
  // Whatever replaces it again comes with a new batch.
  return { key: `restore:${batchId}:${batches.length}`, to, data, details, leadsOn: true };
}
