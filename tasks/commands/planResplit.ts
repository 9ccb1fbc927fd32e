import { listSuperseded, supersede, type ListedBatch } from "../../clients/batchList.ts";
import { checkNonceOrder, type Registrations } from "../../src/ceremony/nonceOrder.ts";
import { operatorsAt, planSplit, type Assignment, type PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import { sameOperators } from "../../src/ssv/committee.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";
import { withShares, type KeyInventory } from "./planShares.ts";

/** Why shares are put aside, and how people are told. */
export const ASIDE_REASONS = {
  void: "are void",
  excluded: "hold keys that are left out",
  operators: "are for other operators than those named",
  follows: "follow on shares that are made anew",
} as const;

/** A batch to put aside. */
export interface AsideBatch {
  readonly batch: ListedBatch;
  readonly reason: keyof typeof ASIDE_REASONS;
}

/** What is to be put aside, and made anew. */
export interface PlannedResplit {
  /** By ascending nonce. */
  readonly aside: readonly AsideBatch[];
  /** Batches that validators run with, which stay with their operators although others were named. */
  readonly running: readonly ListedBatch[];
  /** Nonce after those of the batches that stay. */
  readonly nextNonce: bigint;
  readonly batches: PlannedBatch[];
}

/**
 * Plans new shares for the keys of batches whose nonces no longer fit, that hold an excluded key, or whose operators are
 * not those named; and of batches whose nonces follow on them. Without named operators keys keep theirs.
 * @throws {InputError} If a batch waits in the pool's registry that holds an excluded key, or has other operators.
 */
export function planResplit(
  inventory: KeyInventory,
  registrations: Registrations<ListedBatch>,
  assignments: readonly Assignment[] | undefined,
): PlannedResplit {
  const { folder, pubkeys, batches, excluded } = inventory;
  const reasons = new Map<ListedBatch, AsideBatch["reason"]>();
  const mark = (found: readonly ListedBatch[], reason: AsideBatch["reason"]): void => {
    for (const batch of found) reasons.set(batch, reason);
  };
  const findOrder = () => {
    const rest = batches.filter((batch) => !reasons.has(batch));
    return { ...checkNonceOrder(rest, registrations), rest };
  };
  mark(findOrder().stale, "void");
  mark(findExcluded(batches, excluded, registrations), "excluded");
  const { named, others } = findOthers(findOrder().rest, pubkeys, assignments);
  const running = others.filter((batch) => batch.pubkeys.every((pubkey) => registrations.registered.has(pubkey)));
  const moved = others.filter((batch) => !running.includes(batch));
  refuseWaiting(moved, named, registrations);
  mark(moved, "operators");
  mark(findOrder().stale, "follows");
  const { nextNonce, rest } = findOrder();

  const aside = batches.flatMap((batch): AsideBatch[] => {
    const reason = reasons.get(batch);
    return reason === undefined ? [] : [{ batch, reason }];
  });
  const former = new Map<Hex, readonly bigint[]>();
  for (const batch of [...listSuperseded(folder), ...aside.map((each) => each.batch)])
    for (const pubkey of batch.pubkeys) former.set(pubkey, batch.operatorIds);
  const done = withShares(rest, excluded, registrations);
  const own = pubkeys.flatMap((pubkey, position): Assignment[] => {
    const operatorIds = former.get(pubkey);
    return operatorIds === undefined || done.has(pubkey) ? [] : [{ from: position, to: position + 1, operatorIds }];
  });
  // Keys that never had shares are for `keys split`.
  const unsplit = pubkeys.filter((pubkey) => !former.has(pubkey));
  const planned = planSplit(pubkeys, new Set([...done, ...unsplit]), assignments ?? own, nextNonce);
  return { aside, running, nextNonce, batches: planned };
}

/** Puts batches aside. */
export function supersedeAll(folder: string, batches: readonly ListedBatch[]): void {
  for (const batch of batches) supersede(folder, batch.folder);
}

/** The batches that hold excluded keys which are not registered. */
function findExcluded(
  batches: readonly ListedBatch[],
  excluded: ReadonlySet<Hex>,
  { registered, isWaiting }: Registrations<ListedBatch>,
): ListedBatch[] {
  return batches.filter((batch) => {
    const pubkey = batch.pubkeys.find((key) => excluded.has(key) && !registered.has(key));
    if (pubkey !== undefined && isWaiting(batch))
      throw new InputError(
        "exclude",
        pubkey,
        `waits in the pool's registry, with the batch in ${batch.folder}`,
        "drop it there with `validators discard` first",
      );
    return pubkey !== undefined;
  });
}

/** The batches for one of whose keys other operators are named, and these; keys of ssv-dkg have no position. */
function findOthers(
  batches: readonly ListedBatch[],
  pubkeys: readonly Hex[],
  assignments: readonly Assignment[] | undefined,
) {
  const named = new Map<ListedBatch, readonly bigint[]>();
  const positions = new Map(pubkeys.map((pubkey, position) => [pubkey, position]));
  for (const batch of assignments === undefined ? [] : batches)
    for (const pubkey of batch.pubkeys) {
      const position = positions.get(pubkey);
      const operatorIds = position === undefined ? [] : operatorsAt(assignments ?? [], position);
      if (operatorIds.length > 0 && !sameOperators(operatorIds, batch.operatorIds)) named.set(batch, operatorIds);
    }
  return { named, others: [...named.keys()] };
}

/** The pool would go on to activate what it has the root of, with the shares that were put aside. */
function refuseWaiting(
  moved: readonly ListedBatch[],
  named: ReadonlyMap<ListedBatch, readonly bigint[]>,
  { isWaiting }: Registrations<ListedBatch>,
): void {
  const waiting = moved.find(isWaiting);
  if (waiting !== undefined)
    throw new InputError(
      "operators",
      named.get(waiting)?.join() ?? "",
      `are to replace ${waiting.operatorIds.join()} of the batch in ${waiting.folder}, which waits in the pool's registry`,
      "drop it there with `validators discard` first, or name its own operators in a range for its keys",
    );
}
