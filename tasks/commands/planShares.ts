import { listSuperseded, supersede, type ListedBatch } from "../../clients/batchList.ts";
import { checkNonceOrder, type Registrations } from "../../src/ceremony/nonceOrder.ts";
import { planSplit, type Assignment, type PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import type { Hex } from "../../src/units/hex.ts";
import { InputError } from "../input.ts";

/** A ceremony's keys, and what became of them. */
export interface KeyInventory {
  readonly folder: string;
  /** All keys, in the order in which they were made. */
  readonly pubkeys: readonly Hex[];
  readonly batches: readonly ListedBatch[];
  /** Keys that are not to be split again. */
  readonly excluded: ReadonlySet<Hex>;
}

/**
 * Plans shares for the keys that have none.
 * @throws {InputError} If shares that were made before do not fit the account's nonces any more.
 */
export function planNewShares(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  registrations: Registrations<ListedBatch>,
  assignments: readonly Assignment[],
): PlannedBatch[] {
  // Another owner's shares would count as void, and new ones would not be for whom they were meant.
  checkForeign(folder, batches, registrations.owner);
  const { stale, nextNonce } = checkNonceOrder(batches, registrations);
  const [first] = stale;
  if (first !== undefined)
    throw new InputError(
      "dir",
      first.folder,
      `has shares from nonce ${first.firstNonce} on, which do not follow on the account's next one, ${registrations.nextNonce}`,
      "make new ones with `keys resplit`",
    );
  return planSplit(pubkeys, withShares(batches, excluded, registrations), assignments, nextNonce);
}

/**
 * Plans shares from a given nonce on, where no chain is asked.
 * @throws {InputError} If a batch has one of these nonces.
 */
export function planSharesFrom(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  owner: string,
  firstNonce: bigint,
  assignments: readonly Assignment[],
): PlannedBatch[] {
  checkForeign(folder, batches, owner);
  const after = batches
    .map((batch) => batch.firstNonce + BigInt(batch.pubkeys.length))
    .sort((a, b) => (a < b ? 1 : -1));
  const [next] = after;
  if (next !== undefined && firstNonce < next)
    throw new InputError(
      "firstNonce",
      firstNonce.toString(),
      `is one of the nonces that batches in ${folder} have`,
      `give ${next} or more`,
    );
  const none = { registered: new Set<Hex>() };
  return planSplit(pubkeys, withShares(batches, excluded, none), assignments, firstNonce);
}

/**
 * Puts batches aside whose nonces no longer fit, and plans new shares for their keys, for the same operators unless
 * others are named.
 * @throws {InputError} If the former operators of a key are not known.
 */
export function planResplit(
  inventory: KeyInventory,
  registrations: Registrations<ListedBatch>,
  assignments: readonly Assignment[] | undefined,
): { readonly stale: readonly ListedBatch[]; readonly batches: PlannedBatch[] } {
  const { folder, pubkeys, batches, excluded } = inventory;
  const { stale, nextNonce } = checkNonceOrder(batches, registrations);
  const former = new Map<Hex, readonly bigint[]>();
  for (const batch of [...listSuperseded(folder), ...stale])
    for (const pubkey of batch.pubkeys) former.set(pubkey, batch.operatorIds);
  const kept = batches.filter((batch) => !stale.includes(batch));
  const done = withShares(kept, excluded, registrations);
  const own = pubkeys.flatMap((pubkey, position): Assignment[] => {
    const operatorIds = former.get(pubkey);
    return operatorIds === undefined || done.has(pubkey) ? [] : [{ from: position, to: position + 1, operatorIds }];
  });
  // Keys that never had shares are for `keys split`.
  const others = pubkeys.filter((pubkey) => !former.has(pubkey));
  return { stale, batches: planSplit(pubkeys, new Set([...done, ...others]), assignments ?? own, nextNonce) };
}

/** Puts batches aside. */
export function supersedeAll(folder: string, batches: readonly ListedBatch[]): void {
  for (const batch of batches) supersede(folder, batch.folder);
}

function withShares(
  batches: readonly ListedBatch[],
  excluded: ReadonlySet<Hex>,
  { registered }: Pick<Registrations<ListedBatch>, "registered">,
): Set<Hex> {
  return new Set([...batches.flatMap(({ pubkeys }) => pubkeys), ...excluded, ...registered]);
}

function checkForeign(folder: string, batches: readonly ListedBatch[], owner: string): void {
  const foreign = batches.find((batch) => batch.owner !== owner);
  if (foreign !== undefined)
    throw new InputError(
      "account",
      owner,
      `is not the owner that ${foreign.folder} was made for, ${foreign.owner}`,
      `name that account, or another folder than ${folder}`,
    );
}
