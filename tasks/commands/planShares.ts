import type { ListedBatch } from "../../clients/batchList.ts";
import { checkNonceOrder, type Registrations } from "../../src/ceremony/nonceOrder.ts";
import { planSplit, type Assignment, type PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import { sameOperators } from "../../src/ssv/committee.ts";
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

/** Shares to be made. */
export interface PlannedShares {
  /** Nonce of the first key that is split. */
  readonly firstNonce: bigint;
  readonly batches: PlannedBatch[];
}

/**
 * Plans shares for the keys that have none.
 * @throws {InputError} If shares that were made before do not fit the account's nonces any more.
 */
export function planNewShares(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  registrations: Registrations<ListedBatch>,
  assignments: readonly Assignment[],
): PlannedShares {
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
  const done = withShares(batches, excluded, registrations);
  return { firstNonce: nextNonce, batches: planSplit(pubkeys, done, assignments, nextNonce) };
}

/**
 * Plans shares from a given nonce on. Batches that are there from this nonce on stay, if they are what the plan begins
 * with: a split that was interrupted goes on with the same options.
 * @param known What the chain says, if it is asked.
 * @throws {InputError} If a batch that is not of the plan has one of these nonces, the account has used it, or nonces
 * before it are free.
 */
export function planSharesFrom(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  owner: string,
  firstNonce: bigint,
  assignments: readonly Assignment[],
  known?: Pick<Registrations<ListedBatch>, "nextNonce" | "registered">,
): PlannedShares {
  checkForeign(folder, batches, owner);
  const next = [...batches.map(nonceAfter), known?.nextNonce ?? 0n].reduce((a, b) => (a > b ? a : b), 0n);
  const refuse = (problem: string): InputError =>
    new InputError(
      "firstNonce",
      firstNonce.toString(),
      problem,
      known === undefined ? `give ${next}` : `give ${next}, or leave it out`,
    );
  const made = batches.filter((batch) => batch.firstNonce >= firstNonce);
  const before = batches.filter((batch) => !made.includes(batch));
  const done = withShares(before, excluded, { registered: known?.registered ?? new Set() });
  const planned = planSplit(pubkeys, done, assignments, firstNonce);
  const isBegun = made.every((batch, i) => isOfPlan(batch, planned[i], pubkeys));
  if (!isBegun || before.some((batch) => nonceAfter(batch) > firstNonce))
    throw refuse(`is one of the nonces that batches in ${folder} have for other keys or operators`);
  const start = made.reduce((nonce, batch) => nonce + BigInt(batch.pubkeys.length), firstNonce);
  if (start < next) throw refuse("has passed, so no operator would take the shares");
  if (start > next && (known !== undefined || batches.length > 0))
    throw refuse("leaves out nonces, so no operator would take the shares");
  return { firstNonce: start, batches: planned.slice(made.length) };
}

function nonceAfter({ firstNonce, pubkeys }: ListedBatch): bigint {
  return firstNonce + BigInt(pubkeys.length);
}

function isOfPlan(batch: ListedBatch, planned: PlannedBatch | undefined, pubkeys: readonly Hex[]): boolean {
  return (
    planned !== undefined &&
    batch.firstNonce === planned.firstNonce &&
    sameOperators(batch.operatorIds, planned.operatorIds) &&
    batch.pubkeys.join() === planned.positions.map((position) => pubkeys[position]).join()
  );
}

/** Keys that need no new shares: those of batches, those left out, and those registered. */
export function withShares(
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
