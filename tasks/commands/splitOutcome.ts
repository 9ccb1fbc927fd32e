import type { Hex } from "../../src/units/hex.ts";
import type { PrintableRecord } from "../output.ts";
import type { AsideBatch } from "./planResplit.ts";

/** A batch of new shares. */
export interface SplitBatch extends PrintableRecord {
  /** Empty if it was not written. */
  readonly folder: string;
  readonly firstNonce: bigint;
  readonly keys: number;
  readonly operators: readonly bigint[];
}

/** What `keys split` and `keys resplit` have done, or would do. */
export interface SplitOutcome {
  readonly dryRun: boolean;
  /** Of the ceremony. */
  readonly folder: string;
  /** Account that registers at SSV. */
  readonly owner: string;
  readonly batches: readonly SplitBatch[];
  readonly aside: readonly AsideBatch[];
  /** Keys that are left out from now on. */
  readonly excluded: readonly Hex[];
  /** File that says so. */
  readonly excludedFile: string;
  /** Nonce of the next key to split. */
  readonly nextNonce: bigint;
}

/** The one form in which they tell of it: the same fields, whatever they did. */
export function splitFields({ aside, excluded, excludedFile, ...outcome }: SplitOutcome): PrintableRecord {
  const { dryRun, folder, owner, batches, nextNonce } = outcome;
  return {
    dryRun,
    folder,
    owner,
    keys: batches.reduce((sum, { keys }) => sum + keys, 0),
    nextNonce,
    batches,
    putAside: asideFields(aside),
    excluded,
    excludedFile: excluded.length === 0 ? "" : excludedFile,
  };
}

/** Batches that were put aside, as every task tells of them. */
export function asideFields(aside: readonly AsideBatch[]): PrintableRecord[] {
  return aside.map(({ batch: { folder, firstNonce, pubkeys }, reason }) => {
    return { folder, firstNonce, keys: pubkeys.length, reason };
  });
}
