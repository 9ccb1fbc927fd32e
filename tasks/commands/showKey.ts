import { fetchContent } from "../../clients/batchContent.ts";
import { fetchBatches, type BatchState } from "../../clients/batches.ts";
import { fetchClusterSnapshot } from "../../clients/ownerEvents.ts";
import type { FolderBatch } from "../../clients/folderBatches.ts";
import {
  findKeyUsage,
  ownerOfPool,
  type KeyDeposit,
  type KeyRegistration,
  type KeyUsage,
} from "../../clients/keyUsage.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import type { PrintableRecord } from "../output.ts";

/** Where to look for a key. */
export interface KeySearch {
  readonly network: Network;
  readonly fromBlock: number;
  /** Whose files need not be fetched. */
  readonly batches: readonly FolderBatch[];
}

/** A key that was dropped and registered again has the state of its last batch. */
const BY_WEIGHT: readonly BatchState[] = ["activated", "next", "waiting", "discarded"];

/**
 * What is known of one key: in the pool, in the deposit contract and at ssv.network.
 * @throws {KeyScanError} If `fromBlock` is after the newest block.
 */
export async function showKey(
  opened: PoolConnection,
  pubkey: Hex,
  { network, fromBlock, batches: inFolder }: KeySearch,
): Promise<PrintableRecord> {
  const { pool } = opened;
  const batches = await fetchBatches(pool, opened.startBlock);
  const ceremonies = new Map(inFolder.map(({ root, ceremony }) => [root, ceremony]));
  const { keys, unread, scanned } = await findKeyUsage(await ownerOfPool(pool), [pubkey], {
    network,
    fromBlock,
    batches,
    readContent: async (batch) => ceremonies.get(batch.root) ?? (await fetchContent(batch, network)),
  });
  const [usage] = keys;
  if (usage === undefined || scanned === undefined) throw new Error("one key was asked for, and blocks were given");

  const inPool = newestUse(usage);
  const batch = batches.find(({ batchId }) => batchId === inPool?.batchId);
  const own = usage.registrations.findLast(({ isOurs }) => isOurs);
  const registrations: PrintableRecord[] = [];
  for (const registration of usage.registrations) registrations.push(await describe(opened, registration));
  return {
    pubkey,
    state: inPool?.state ?? "unknown",
    batch: inPool?.batchId ?? null,
    position: inPool?.position ?? null,
    ownerNonce: inPool?.ownerNonce ?? null,
    operators: [...(own?.operatorIds ?? batch?.operatorIds ?? [])],
    contentURI: batch?.contentURI ?? "",
    keyDeposits: usage.deposits.map(describeDeposit),
    ssvRegistrations: registrations,
    unreadBatches: unread.map(({ batchId, reason }) => ({ batch: batchId, reason })),
    ...scanned,
  };
}

function newestUse({ inPool }: KeyUsage) {
  for (const state of BY_WEIGHT) {
    const use = inPool.findLast((key) => key.state === state);
    if (use !== undefined) return use;
  }
  return undefined;
}

function describeDeposit({ index, isOurs, withdrawalCredentials, amount, isSignatureValid }: KeyDeposit) {
  const credentials = isOurs ? "ours" : "foreign";
  return { index, credentials, withdrawalCredentials, amountGwei: amount as bigint, signatureValid: isSignatureValid };
}

async function describe(opened: PoolConnection, registration: KeyRegistration) {
  const { owner, isOurs, operatorIds, ownerNonce, isSigned, isRemoved, blockNumber } = registration;
  const cluster = await fetchClusterSnapshot(opened.pool.ssvNetwork, owner, operatorIds, opened);
  return {
    owner,
    ours: isOurs,
    operators: [...operatorIds],
    ownerNonce,
    signed: isSigned,
    removed: isRemoved,
    clusterActive: cluster.active,
    blockNumber,
  };
}
