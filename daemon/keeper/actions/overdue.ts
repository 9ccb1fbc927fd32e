import { exitRequestsOf, fetchOverdueExits } from "../../../clients/exitRequests.ts";
import { findOverdueRequest } from "../../../clients/overdueExits.ts";
import type { Errand } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import { restorationOf } from "./restoration.ts";

/** What anybody may do for withdrawals that are overdue. */
export type Overdue =
  | { readonly kind: "none" }
  | { readonly kind: "under way" }
  /** The registry must know a batch first. */
  | { readonly kind: "restore"; readonly errand: Errand }
  /** So many exits may be requested; the oldest key that was not stands at that place. */
  | {
      readonly kind: "open";
      readonly requestId: bigint;
      readonly count: bigint;
      readonly batchId: bigint;
      readonly position: number;
    };

/** Looks for withdrawals that are overdue, and how many exits anybody may request for them. */
export async function findOverdue(round: KeeperRound): Promise<Overdue> {
  const requestId = await findOverdueRequest(round.pool.withdrawalQueue, round.now);
  if (requestId === 0n) return { kind: "none" };
  const overdue = await fetchOverdueExits(await exitRequestsOf(round.pool), requestId);
  if ("unknown" in overdue) {
    const errand = await restorationOf(round, await round.batches(), overdue.unknown);
    return errand === undefined ? { kind: "under way" } : { kind: "restore", errand };
  }
  const { count, batchId, position } = overdue;
  if (count === 0n) return { kind: "under way" };
  return { kind: "open", requestId, count, batchId, position: Number(position) };
}
