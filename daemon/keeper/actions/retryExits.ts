import type { BeaconNode } from "../../../clients/beaconNode.ts";
import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import { firstThatWorks } from "../../../clients/firstThatWorks.ts";
import { isTriggerable } from "../../../clients/overdueExits.ts";
import type { RequestedExit } from "../../../clients/requestedExits.ts";
import { openKeys } from "../../../src/ceremony/keyRange.ts";
import { FieldError } from "../../../src/units/errors.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { nothing, type ActionPlan, type Errand, type KeeperAction } from "../keeperAction.ts";
import type { KeeperRound } from "../keeperRound.ts";
import { exitFeeCap } from "./exitFee.ts";
import { findOverdue } from "./overdue.ts";
import { RequestBook } from "./requestBook.ts";

/** Between two looks, seconds of the chain: a request takes days to be found dropped. */
const LOOKS_EVERY = 600n;
/** As many as one call may request. */
const MOST_TRIGGERED = 16;

/** A key whose request the consensus layer dropped. */
interface Dropped extends RequestedExit {
  readonly pubkey: Hex;
}

/**
 * Requests exits again that the consensus layer dropped, for withdrawals that are overdue, which is when anybody may;
 * of the others it tells the operator.
 * @param beacons The first that is synced says which validators go on.
 * @param maxFeeGwei Most to pay the predeploy for each key.
 */
export function retryExitsAction(beacons: readonly BeaconNode[], maxFeeGwei: number): KeeperAction {
  const book = new RequestBook();
  let last: { plan: ActionPlan; at: bigint } | undefined;
  return {
    name: "retryExits",
    plan: async (round) => {
      const isRecent = last !== undefined && round.now >= last.at && round.now < last.at + LOOKS_EVERY;
      if (isRecent && last !== undefined && last.plan.errands.length === 0) return last.plan;
      last = { plan: await look(round, book, beacons, maxFeeGwei), at: round.now };
      return last.plan;
    },
  };
}

async function look(
  round: KeeperRound,
  book: RequestBook,
  beacons: readonly BeaconNode[],
  maxFeeGwei: number,
): Promise<ActionPlan> {
  const { dropped, unread } = await findDropped(round, await book.unanswered(round), beacons);
  if (dropped.length === 0) return nothing("no request of an exit was dropped", unread);
  const cap = await exitFeeCap(round, maxFeeGwei);
  if (cap === undefined)
    return nothing("the fee is above the limit", [...unread, "requests of exits cost more than the limit"]);
  const errand = await planRetry(round, dropped, cap);
  if (errand !== undefined) return { errands: [errand], warnings: unread };
  const keys = dropped.map(({ pubkey }) => pubkey).join(", ");
  const warning = `the consensus layer dropped requests of exits: the operator has to request them again: ${keys}`;
  return nothing("only the operator may request dropped exits again", [...unread, warning]);
}

/** Keys whose requests were dropped, and why others are not known: no batch keeps those of the others from being looked at. */
async function findDropped(
  round: KeeperRound,
  requested: readonly RequestedExit[],
  beacons: readonly BeaconNode[],
): Promise<{ dropped: Dropped[]; unread: string[] }> {
  const batches = requested.length === 0 ? [] : await round.batches();
  const keyed: Dropped[] = [];
  const unread = new Map<bigint, string>();
  for (const place of requested) {
    const batch = batches.find(({ batchId }) => batchId === place.batchId);
    if (batch === undefined || unread.has(batch.batchId)) continue;
    try {
      const key = (await round.ceremony(batch)).keys[place.position];
      if (key !== undefined) keyed.push({ ...place, pubkey: key.pubkey });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      unread.set(batch.batchId, `keys whose exits were requested cannot be read: ${error.message}`);
    }
  }
  if (keyed.length === 0) return { dropped: [], unread: [...unread.values()] };
  const pubkeys = keyed.map(({ pubkey }) => pubkey);
  const validators = await firstThatWorks(beacons, async (node) => {
    await node.requireSynced();
    return node.validators("finalized", pubkeys);
  });
  const dropped = keyed.filter(({ pubkey }) => validators.get(pubkey)?.status === "active_ongoing");
  return { dropped, unread: [...unread.values()] };
}

/** The first of the dropped keys that anybody may request now, with those that follow it; `cap` is the most for each. */
async function planRetry(round: KeeperRound, dropped: readonly Dropped[], cap: bigint): Promise<Errand | undefined> {
  const overdue = await findOverdue(round);
  if (overdue.kind === "restore") return overdue.errand;
  if (overdue.kind !== "open") return undefined;
  const { requestId, count } = overdue;
  const isOld = ({ batchId, position }: Dropped) =>
    batchId < overdue.batchId || (batchId === overdue.batchId && position <= overdue.position);
  const open = dropped.filter((key) => isOld(key) && isTriggerable(key.mark, round.now));
  const [first] = open;
  const batch = (await round.batches()).find(({ batchId }) => batchId === first?.batchId);
  if (first === undefined || batch === undefined) return undefined;
  const { batchId, position } = first;
  const places = new Set(open.filter((key) => key.batchId === batchId).map((key) => key.position));
  const most = count < MOST_TRIGGERED ? Number(count) : MOST_TRIGGERED;
  let to = position + 1;
  while (to - position < most && places.has(to)) to++;
  const value = cap * BigInt(to - position);
  const range = openKeys(await round.ceremony(batch), batchId, position, to);
  const exits = await exitRequestsOf(round.pool);
  const sent = await exits.triggerOverdueExits.populateTransaction(range, requestId, { value });
  const details = { request: requestId, batch: batchId, position, keys: to - position, maxFeesWei: value };
  const key = `retryExits:${batchId}:${position}:${first.mark.requestedAt}`;
  return { key, to: sent.to, data: sent.data, value, details, leadsOn: true };
}
