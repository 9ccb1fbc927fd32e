import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { fetchBatches } from "../../clients/batches.ts";
import { exitRequestsOf } from "../../clients/exitRequests.ts";
import { areAllGone, type KeyRun } from "../../clients/keyRuns.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { carryOut, type Plan, type SendFlags } from "../transaction.ts";
import { describeRun, planRestoration } from "./exitByRequest.ts";
import type { SignedExits } from "./exitEvidence.ts";
import { type BatchFilesSource, findRunsInOrder } from "./openedBatches.ts";

/** Where validators that are gone stand in the pool's batches. */
export interface GoneKeys {
  readonly source: BatchFilesSource;
  readonly runs: readonly KeyRun[];
}

/** Who sends reports, how, and who looks on. */
export interface Sending {
  readonly signer: HardhatEthersSigner;
  readonly flags: SendFlags;
  readonly terminal: Terminal;
}

/**
 * Looks up where keys stand, for a report that their validators are gone.
 * @throws {FieldError} If keys are not the pool's, or the files of their batches cannot be read.
 */
export async function findGoneKeys(
  opened: PoolConnection,
  pubkeys: readonly Hex[],
  dir: string | undefined,
  terminal: Terminal,
): Promise<GoneKeys> {
  const batches = await fetchBatches(opened.pool, opened.startBlock);
  const source = { batches, network: networkByChainId(opened.chainId), dir, terminal };
  return { source, runs: await findRunsInOrder(source, pubkeys) };
}

/**
 * Tells the pool manager what members signed, so that it requests no exit of these validators again. Anybody may send
 * it. Batches whose record was replaced are restored first.
 * @returns The transactions; none if it knows that all of them are gone.
 */
export async function reportExits(
  opened: PoolConnection,
  { source, runs }: GoneKeys,
  signed: SignedExits,
  { signer, flags, terminal }: Sending,
): Promise<PrintableRecord[]> {
  if (await areAllGone(await exitRequestsOf(opened.pool), runs)) {
    terminal.note("the pool manager knows already that these validators are gone");
    return [];
  }
  const transactions: PrintableRecord[] = [];
  for (const batchId of new Set(runs.map(({ batch }) => batch.batchId))) {
    const restoration = await planRestoration(opened, source.batches, batchId, signer);
    if (restoration !== undefined) transactions.push(await carryOut(restoration, flags, terminal));
  }
  // What is not there yet cannot be simulated.
  if (transactions.length === 0 || !flags.dryRun)
    transactions.push(await carryOut(await planReport(opened, runs, signed, signer), flags, terminal));
  return transactions;
}

async function planReport(
  opened: PoolConnection,
  runs: readonly KeyRun[],
  { pubkeys, refSlot, signatures }: SignedExits,
  signer: HardhatEthersSigner,
): Promise<Plan> {
  const exits = await exitRequestsOf(opened.pool);
  const ranges = runs.map(({ ceremony, batch, from, to }) => openKeys(ceremony, batch.batchId, from, to));
  const places = runs.map((run) => {
    const { batch, position, keys } = describeRun(run);
    return { batch, position, keys };
  });
  const fields = { keys: pubkeys.length, pubkeys, refSlot, ranges: places };
  return {
    action: `tell the pool manager that ${pubkeys.length} validators are gone`,
    details: fields,
    signer,
    transaction: await exits.reportExits.populateTransaction(ranges, refSlot, signatures),
    outcome: () => fields,
  };
}
