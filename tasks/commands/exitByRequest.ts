import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { RegisteredBatch } from "../../clients/batches.ts";
import { exitRequestsOf, fetchRequestFee, fetchRestoration } from "../../clients/exitRequests.ts";
import type { KeyRun } from "../../clients/keyRuns.ts";
import { usualFeeCap } from "../../clients/overdueExits.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import { findRoleHolder } from "../signers.ts";
import type { Plan } from "../transaction.ts";

/** Most keys of one transaction: each writes four words for the consensus layer. */
export const MAX_REQUESTS = 100;

const IRREVOCABLE = "an exit cannot be taken back: the validators stop, and all of their ether is paid out to the pool";
const DROPPED =
  "the consensus layer drops requests without a sign, such as for validators that were active for less than 256 epochs; the fee is spent then";

/** What the consensus layer charges now for a key, and the most that is paid, wei. */
export interface FeeLimit {
  readonly fee: bigint;
  readonly cap: bigint;
}

/**
 * What a request may cost.
 * @param maxFee Most for each key, wei.
 * @throws {InputError} If it costs more now.
 */
export async function limitFee({ pool }: PoolConnection, maxFee: bigint | undefined): Promise<FeeLimit> {
  const fee = await fetchRequestFee(pool);
  const cap = maxFee ?? usualFeeCap(fee);
  if (fee > cap)
    throw new InputError(
      "maxFee",
      showEther(cap),
      `is less than the ${showEther(fee)} that the consensus layer charges for a key now`,
      "wait until fewer exits are requested, or give more",
    );
  return { fee, cap };
}

/** Proposes to request exits of a run of keys, by role. */
export async function planRequest(
  opened: PoolConnection,
  run: KeyRun,
  { fee, cap }: FeeLimit,
  from: string | undefined,
): Promise<Plan> {
  const exits = await exitRequestsOf(opened.pool);
  const fields = describeRun(run);
  const range = openKeys(run.ceremony, run.batch.batchId, run.from, run.to);
  return {
    action: `request the exit of ${fields.keys} validators from the consensus layer`,
    details: { ...fields, feeNowWei: fee * BigInt(fields.keys), maxFeesWei: cap * BigInt(fields.keys) },
    warnings: [IRREVOCABLE, DROPPED],
    signer: await findRoleHolder(opened, exits, "requestExits", from),
    transaction: await exits.requestExits.populateTransaction(range, { value: cap * BigInt(fields.keys) }),
    outcome: () => fields,
  };
}

/** Proposes to have the registry keep a batch that it replaced; nothing if it knows it. */
export async function planRestoration(
  opened: PoolConnection,
  batches: readonly RegisteredBatch[],
  batchId: bigint,
  signer: HardhatEthersSigner,
): Promise<Plan | undefined> {
  const restoration = await fetchRestoration(opened.pool, batches, batchId);
  if (restoration === undefined) return undefined;
  const exits = await exitRequestsOf(opened.pool);
  const { before, records, wanted } = restoration;
  return {
    action: `restore batch ${batchId}, whose record a newer one has replaced`,
    details: { batch: batchId, records: records.length },
    signer,
    transaction: await exits.restoreBatches.populateTransaction(before, records, wanted),
    outcome: () => ({ batch: batchId, restored: true }),
  };
}

/** Keys of a run, for people and programs. */
export function describeRun({ batch, ceremony, from, to }: KeyRun) {
  const pubkeys = ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey);
  return { batch: batch.batchId, position: from, keys: to - from, pubkeys };
}
