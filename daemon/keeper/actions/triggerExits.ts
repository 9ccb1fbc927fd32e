import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import { chooseOverdueKeys } from "../../../clients/overdueExits.ts";
import { openKeys } from "../../../src/ceremony/keyRange.ts";
import { nothing, type ActionPlan, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import { exitFeeCap } from "./exitFee.ts";
import { findOverdue, type Overdue } from "./overdue.ts";

/**
 * Requests exits of the oldest keys from the consensus layer, as many as overdue withdrawals need.
 * @param maxFeeGwei Most to pay the predeploy for each key.
 */
export function triggerExitsAction(maxFeeGwei: number): KeeperAction {
  return {
    name: "triggerExits",
    plan: async (round) => {
      const overdue = await findOverdue(round);
      switch (overdue.kind) {
        case "none":
          return nothing("no withdrawal is overdue");
        case "under way":
          return nothing("the exits that overdue withdrawals need are requested");
        case "restore":
          return { errands: [overdue.errand] };
        case "open":
          return planTrigger(round, overdue, maxFeeGwei);
      }
    },
  };
}

async function planTrigger(
  round: KeeperRound,
  { requestId, count, batchId, position }: Extract<Overdue, { kind: "open" }>,
  maxFeeGwei: number,
): Promise<ActionPlan> {
  const batch = (await round.batches()).find((each) => each.batchId === batchId);
  if (batch === undefined) return nothing("every key is gone or requested");
  const cap = await exitFeeCap(round, maxFeeGwei);
  if (cap === undefined) return nothing("the fee is above the limit", ["requests of exits cost more than the limit"]);
  const exits = await exitRequestsOf(round.pool);
  const first = { batchId, position, activated: batch.activated };
  const { requestedAt } = await exits.exitOf(batchId, position);
  const { from, to, keys } = await chooseOverdueKeys(exits, first, count, round.now);
  if (keys === 0) return nothing("every key is gone or requested");
  const range = openKeys(await round.ceremony(batch), batchId, from, to);
  const value = cap * BigInt(keys);
  const sent = await exits.triggerOverdueExits.populateTransaction(range, requestId, { value });
  const details = { request: requestId, batch: batchId, position: from, keys, maxFeesWei: value };
  const key = `triggerExits:${batchId}:${from}:${requestedAt}`;
  return { errands: [{ key, to: sent.to, data: sent.data, value, details, leadsOn: true }] };
}
