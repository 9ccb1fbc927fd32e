import type { Ceremony } from "../src/ceremony/ceremony.ts";
import type { Hex } from "../src/units/hex.ts";
import type { ValidatorExitRequests } from "../typechain-types/index.ts";
import type { RegisteredBatch } from "./batches.ts";

/** A registered batch with its files. */
export interface OpenedBatch {
  readonly batch: RegisteredBatch;
  readonly ceremony: Ceremony;
}

/** Consecutive keys of one batch that were activated. */
export interface KeyRun extends OpenedBatch {
  readonly from: number;
  /** Position behind the last one. */
  readonly to: number;
}

/** Where keys stand. */
export interface KeyPlaces {
  /** Runs of one key each, by public key in lower case; by batch and position. */
  readonly places: ReadonlyMap<string, KeyRun>;
  /** Keys that are activated in none of the batches, lower case. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Finds keys among those that were activated, opening no more batches than it takes.
 * @throws What `open` throws.
 */
export async function findPlaces(
  batches: readonly RegisteredBatch[],
  open: (batch: RegisteredBatch) => Promise<OpenedBatch>,
  pubkeys: readonly Hex[],
): Promise<KeyPlaces> {
  const missing = new Set(pubkeys.map((key) => key.toLowerCase()));
  const places = new Map<string, KeyRun>();
  for (const batch of batches) {
    if (missing.size === 0) break;
    if (batch.activated === 0) continue;
    const opened = await open(batch);
    for (const [from, { pubkey }] of opened.ceremony.keys.slice(0, batch.activated).entries()) {
      const key = pubkey.toLowerCase();
      if (missing.delete(key)) places.set(key, { ...opened, from, to: from + 1 });
    }
  }
  return { places, missing };
}

/** Joins runs that follow each other, up to `longest` keys each. */
export function joinRuns(places: readonly KeyRun[], longest: number): KeyRun[] {
  const runs: KeyRun[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    const follows = last?.batch.batchId === place.batch.batchId && last.to === place.from;
    if (last !== undefined && follows && last.to - last.from < longest)
      runs[runs.length - 1] = { ...last, to: place.to };
    else runs.push(place);
  }
  return runs;
}

/** Whether the registry knows that all validators of some runs are gone. */
export async function areAllGone(
  exits: ValidatorExitRequests,
  runs: readonly (Pick<KeyRun, "from" | "to"> & { readonly batch: Pick<RegisteredBatch, "batchId"> })[],
): Promise<boolean> {
  for (const { batch, from, to } of runs)
    for (let position = from; position < to; position++)
      if (!(await exits.exitOf(batch.batchId, position)).isGone) return false;
  return true;
}
