import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { requireEvent } from "../../clients/receipts.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkExpectations } from "../../src/ceremony/expectations.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import type { Plan } from "../transaction.ts";
import { findBatch } from "./findBatch.ts";

/**
 * Proposes to register a verified ceremony.
 * @throws {InputError} If it is registered already.
 * @throws {CeremonyError} If its owner, credentials or nonces are not those of the pool, or its operators and their keys
 *   not those of ssv.network.
 */
export async function planRegistration(
  opened: PoolConnection,
  operator: HardhatEthersSigner,
  ceremony: Ceremony,
  contentURI: string,
): Promise<Plan> {
  const { poolETH, poolManager, clusterManager, ssvNetwork } = opened.pool;
  const owner = await clusterManager.getAddress();
  const firstNonce = await poolManager.nextNonce();
  const withdrawalCredentials = (await poolETH.withdrawalCredentials(false)) as Hex;
  checkExpectations(ceremony, { owner, withdrawalCredentials });
  if (ceremony.keys[0]?.ownerNonce !== firstNonce) await checkNotRegistered(opened, ceremony);
  checkExpectations(ceremony, { firstNonce });
  checkOperators(ceremony, await fetchRegisteredOperators(ssvNetwork, ceremony.operatorIds));

  const { root } = ceremonyTree(ceremony.keys);
  const keys = ceremony.keys.length;
  const operators = [...ceremony.operatorIds];
  const transaction = await poolManager.registerBatch.populateTransaction(root, keys, operators, contentURI);
  return {
    action: `register ${keys} validator keys`,
    details: { poolManager: await poolManager.getAddress(), root, keys, firstNonce, operators, contentURI },
    signer: operator,
    transaction,
    outcome: (receipt) => {
      const { batchId } = requireEvent(poolManager, receipt, "BatchRegistered") as { batchId: bigint };
      return { batch: batchId, root, keys, firstNonce, operators };
    },
  };
}

/** Whoever registers a folder twice needs no other key shares. */
async function checkNotRegistered(opened: PoolConnection, ceremony: Ceremony): Promise<void> {
  const batch = await findBatch(opened, ceremony);
  if (batch === undefined || batch.discarded) return;
  throw new InputError(
    "dir",
    ceremonyTree(ceremony.keys).root,
    `is registered already as batch ${batch.batchId}`,
    "go on with `validators activate`, or look up the batches with `validators list`",
  );
}
