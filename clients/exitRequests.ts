import type { ContractRunner } from "ethers";

import { type RecordedBatch, type Restoration, restorationOf } from "../src/ceremony/batchHistory.ts";
import { type ValidatorExitRequests, ValidatorExitRequests__factory } from "../typechain-types/index.ts";
import type { RegisteredBatch } from "./batches.ts";
import { chainOf } from "./committee.ts";
import { findRevertData } from "./contractErrors.ts";
import type { Pool } from "./pool.ts";

/** The pool manager by its functions for exits. */
export async function exitRequestsOf({ poolManager }: Pick<Pool, "poolManager">): Promise<ValidatorExitRequests> {
  const runner = poolManager.runner as ContractRunner;
  return ValidatorExitRequests__factory.connect(await poolManager.getAddress(), runner);
}

/** What the consensus layer charges now for each withdrawal request, wei. */
export async function fetchRequestFee({ withdrawalVault }: Pick<Pool, "withdrawalVault">): Promise<bigint> {
  const to = await withdrawalVault.WITHDRAWAL_REQUESTS();
  return BigInt(await chainOf(withdrawalVault).call({ to }));
}

/** How to restore a batch whose record was replaced; nothing if the registry knows it. */
export async function fetchRestoration(
  { poolManager }: Pick<Pool, "poolManager">,
  batches: readonly RegisteredBatch[],
  batchId: bigint,
): Promise<Restoration | undefined> {
  if ((await poolManager.batchOf(batchId)).count !== 0n) return undefined;
  const recorded = batches.map((batch): RecordedBatch => ({ ...batch, isDiscarded: batch.state === "discarded" }));
  return restorationOf(recorded, batchId);
}

/** How many exits may be requested for a withdrawal request, and where the oldest key stands; or which batch is unknown. */
export async function fetchOverdueExits(
  exits: ValidatorExitRequests,
  requestId: bigint,
): Promise<{ readonly count: bigint; readonly batchId: bigint; readonly position: bigint } | { unknown: bigint }> {
  try {
    const { count, batchId, position } = await exits.overdueExits(requestId);
    return { count, batchId, position };
  } catch (error) {
    const parsed = exits.interface.parseError(findRevertData(error) ?? "0x");
    if (parsed?.name !== "BatchUnknown") throw error;
    return { unknown: BigInt(String(parsed.args[0])) };
  }
}
