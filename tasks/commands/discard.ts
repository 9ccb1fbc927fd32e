import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { findEvents } from "../../clients/receipts.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import type { Plan } from "../transaction.ts";

type PoolManager = PoolConnection["pool"]["poolManager"];
type Batch = Awaited<ReturnType<PoolManager["batchOf"]>>;

interface Discard {
  readonly batchId: bigint;
  /** First key that is dropped. */
  readonly position: bigint;
}

/**
 * Proposes to drop the keys of a batch that are not activated, and with them those of every later batch.
 * @throws {InputError} If the batch is unknown, or no key of it waits.
 */
export async function planDiscard(
  { pool: { poolManager, clusterManager } }: PoolConnection,
  operator: HardhatEthersSigner,
  batchId: bigint,
): Promise<Plan> {
  const first = await requireWaiting(poolManager, batchId);
  const batches = [first];
  const batchCount = await poolManager.batchCount();
  for (let id = batchId + 1n; id < batchCount; id++) batches.push(await poolManager.batchOf(id));
  const counts = new Map(batches.map((batch) => [batch.batchId, batch.count]));
  const show = ({ batchId: batch, position }: Discard) => ({
    batch,
    position: Number(position),
    keys: Number((counts.get(batch) ?? position) - position),
  });
  const dropped = batches.filter(isWaiting).map((batch) => show({ batchId: batch.batchId, position: batch.activated }));
  const keys = dropped.reduce((sum, batch) => sum + batch.keys, 0);

  const ownerNonce = await clusterManager.ownerNonce();
  const ownNonce = first.firstNonce + first.activated;
  const nextNonce = ownNonce > ownerNonce ? ownNonce : ownerNonce;
  return {
    action: `drop ${keys} validator keys: all that wait in batch ${batchId} and later ones`,
    details: { poolManager: await poolManager.getAddress(), batches: dropped, nextNonce },
    warnings: [
      `this cannot be undone: keys that are dropped need key shares for nonces from ${nextNonce} on to be registered again`,
    ],
    signer: operator,
    transaction: await poolManager.discardBatch.populateTransaction(batchId),
    outcome: async (receipt) => {
      const discards = findEvents(poolManager, receipt, "BatchDiscarded") as unknown as Discard[];
      return { batches: discards.map(show), nextNonce: await poolManager.nextNonce() };
    },
  };
}

async function requireWaiting(poolManager: PoolManager, batchId: bigint): Promise<Batch> {
  const refuse = (problem: string) =>
    new InputError("batch", batchId.toString(), problem, "look up the batches with `validators list`");
  if (batchId >= (await poolManager.batchCount())) throw refuse("is not registered");
  const batch = await poolManager.batchOf(batchId);
  if (isWaiting(batch)) return batch;
  // The registry keeps the newest batches only, and drops none that waits.
  if (batch.count === 0n) throw refuse("was activated or discarded long ago");
  throw refuse(batch.discarded ? "was discarded" : "is activated already");
}

function isWaiting({ activated, count, discarded }: Batch): boolean {
  return !discarded && activated < count;
}
