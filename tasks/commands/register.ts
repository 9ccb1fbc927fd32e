import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { storeContent } from "../../clients/batchContent.ts";
import { firstNonceOf, type FolderBatch } from "../../clients/folderBatches.ts";
import { requireEvent } from "../../clients/receipts.ts";
import { checkExpectations } from "../../src/ceremony/expectations.ts";
import type { PoolConnection } from "../connect.ts";
import type { ContentTarget } from "../content.ts";
import type { Plan } from "../transaction.ts";

/** A verified batch to register. */
export interface RegistrationRequest {
  readonly operator: HardhatEthersSigner;
  readonly batch: FolderBatch;
  /** Where its files go; or else the URI to register. */
  readonly content: ContentTarget | string;
  /** Nonce that the pool's next batch must begin with by then. */
  readonly firstNonce: bigint;
  /** Which one of the folder it is. */
  readonly label: string;
}

/**
 * Proposes to register a verified batch, and to store its files first where that is asked for.
 * @throws {CeremonyError} If its nonces do not begin where those of the pool go on.
 */
export async function planRegistration(
  { pool: { poolManager } }: Pick<PoolConnection, "pool">,
  { operator, batch, content, firstNonce, label }: RegistrationRequest,
): Promise<Plan> {
  const { ceremony, root, files } = batch;
  checkExpectations(ceremony, { firstNonce });
  const keys = ceremony.keys.length;
  const operators = [...ceremony.operatorIds];
  const contentURI = contentUriOf(content, batch);
  const transaction = await poolManager.registerBatch.populateTransaction(root, keys, operators, contentURI);
  const commitment = { root, count: keys, operatorIds: operators };
  return {
    action: `register ${keys} validator keys: ${label}`,
    details: {
      poolManager: await poolManager.getAddress(),
      root,
      keys,
      firstNonce: firstNonceOf(ceremony),
      operators,
      contentURI,
      ...(typeof content === "string" ? {} : { contentStoredAt: content.place.below(root).uri }),
    },
    signer: operator,
    transaction,
    // Whoever reads of the batch on chain finds its files there.
    prepare: async () => {
      if (typeof content === "string") return;
      await storeContent(content.place, files, commitment, ceremony.network, content.reader);
    },
    outcome: (receipt) => {
      const { batchId } = requireEvent(poolManager, receipt, "BatchRegistered") as { batchId: bigint };
      return { batch: batchId, root, keys, firstNonce, operators, contentURI };
    },
  };
}

/** What is registered as the place of a batch's files. */
function contentUriOf(content: ContentTarget | string, { root }: Pick<FolderBatch, "root">): string {
  return typeof content === "string" ? content : `${content.uri}${root}/`;
}
