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
 * Plans shares from a given nonce on.
 * @param known What the chain says, if it is asked.
 * @throws {InputError} If a batch has one of these nonces, or the account has used it.
 */
export function planSharesFrom(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  owner: string,
  firstNonce: bigint,
  assignments: readonly Assignment[],
  known?: Pick<Registrations<ListedBatch>, "nextNonce" | "registered">,
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
  if (known !== undefined && firstNonce < known.nextNonce)
    throw new InputError(
      "firstNonce",
      firstNonce.toString(),
      "has passed, so no operator would take the shares",
      `give ${known.nextNonce} or more, or leave it out`,
    );
  const { registered } = known ?? { registered: new Set<Hex>() };
  return planSplit(pubkeys, withShares(batches, excluded, { registered }), assignments, firstNonce);
}

/** What is to be put aside, and made anew. */
export interface PlannedResplit {
  /** Batches whose shares are void, by ascending nonce. */
  readonly stale: readonly ListedBatch[];
  /** Nonce after those of the batches that stay. */
  readonly nextNonce: bigint;
  readonly batches: PlannedBatch[];
}

/**
 * Plans new shares for the keys of batches whose nonces no longer fit, or that hold an excluded key, for the same
 * operators unless others are named.
 * @throws {InputError} If an excluded key waits in the pool's registry.
 */
export function planResplit(
  inventory: KeyInventory,
  registrations: Registrations<ListedBatch>,
  assignments: readonly Assignment[] | undefined,
): PlannedResplit {
  const { folder, pubkeys, batches, excluded } = inventory;
  const withExcluded = findExcluded(batches, excluded, registrations);
  const order = checkNonceOrder(
    batches.filter((batch) => !withExcluded.includes(batch)),
    registrations,
  );
  const stale = batches.filter((batch) => withExcluded.includes(batch) || order.stale.includes(batch));
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
  const { nextNonce } = order;
  return {
    stale,
    nextNonce,
    batches: planSplit(pubkeys, new Set([...done, ...others]), assignments ?? own, nextNonce),
  };
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
