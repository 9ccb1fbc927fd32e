import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { exitRequestsOf, fetchOverdueExits } from "../../clients/exitRequests.ts";
import { chooseOverdueKeys } from "../../clients/overdueExits.ts";
import { requireEvent } from "../../clients/receipts.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import type { PoolConnection } from "../connect.ts";
import type { Plan } from "../transaction.ts";
import { describeRun, planRestoration, type FeeLimit } from "./exitByRequest.ts";
import { type BatchFilesSource, openBatch } from "./openedBatches.ts";

/** A withdrawal request that is overdue, and how to pay for exits. */
export interface OverdueRequest {
  readonly requestId: bigint;
  readonly limit: FeeLimit;
  readonly sender: HardhatEthersSigner;
}

/**
 * Proposes to request as many exits of the oldest keys as may be requested in one call, or before that to restore a batch
 * that must be known; nothing if none may be requested.
 * @throws {FieldError} If the files of their batch cannot be read.
 */
export async function planOverdueExits(
  opened: PoolConnection,
  source: BatchFilesSource,
  { requestId, limit, sender }: OverdueRequest,
): Promise<Plan | undefined> {
  const exits = await exitRequestsOf(opened.pool);
  const overdue = await fetchOverdueExits(exits, requestId);
  if ("unknown" in overdue) return planRestoration(opened, source.batches, overdue.unknown, sender);
  const { count, batchId, position } = overdue;
  if (count === 0n || batchId === BigInt(source.batches.length)) return undefined;
  const { batch, ceremony } = await openBatch(source, batchId);
  const now = BigInt((await opened.connection.ethers.provider.getBlock("latest"))?.timestamp ?? 0);
  const first = { batchId, position: Number(position), activated: batch.activated };
  const { from, to, keys } = await chooseOverdueKeys(exits, first, count, now);
  const { pubkeys } = describeRun({ batch, ceremony, from, to });
  const value = limit.cap * BigInt(keys);
  return {
    action: `request the exit of the ${keys} oldest validators, for which withdrawals wait`,
    details: {
      ...{ request: requestId, missing: Number(count), batch: batchId, position: from, keys, pubkeys },
      ...{ feeNowWei: limit.fee * BigInt(keys), maxFeesWei: value },
    },
    warnings: ["an exit cannot be taken back; you pay the fees, and nobody pays them back"],
    signer: sender,
    transaction: await exits.triggerOverdueExits.populateTransaction(openKeys(ceremony, batchId, from, to), requestId, {
      value,
    }),
    outcome: (receipt) => {
      const event = requireEvent(exits, receipt, "OverdueExitsTriggered") as { count: bigint };
      return { request: requestId, batch: batchId, position: from, keys: Number(event.count) };
    },
  };
}
