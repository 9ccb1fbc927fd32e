import { fetchBatches, findBatch } from "../clients/batches.ts";
import type { ListedBatch } from "../clients/batchList.ts";
import { readCeremony } from "../clients/ceremonyFolder.ts";
import { networkByChainId } from "../clients/networks.ts";
import { fetchOwnerState } from "../clients/ownerEvents.ts";
import type { Registrations } from "../src/ceremony/nonceOrder.ts";
import type { Ceremony } from "../src/ceremony/ceremony.ts";
import type { Network } from "../src/consensus/network.ts";
import type { PoolConnection } from "./connect.ts";
import { requireOption } from "./input.ts";
import type { SSVConnection } from "./ssvConnection.ts";

/** Who registers validators, and what it has registered. */
export interface SSVAccount extends Registrations<ListedBatch> {
  readonly network: Network;
  /** The pool, if it is the one that registers. */
  readonly pool: PoolConnection["pool"] | undefined;
}

/**
 * Looks up an account at ssv.network: a pool's cluster manager, whose registry has batches that wait, or any other one.
 * @param batches Batches that may wait in the pool's registry.
 * @param ceremonyOf What a batch holds, verified, if that is known already.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function fetchSSVAccount(
  { chainId, ssvNetwork, account, opened, cacheFolder }: SSVConnection,
  batches: readonly ListedBatch[],
  ceremonyOf?: (batch: ListedBatch) => Ceremony,
): Promise<SSVAccount> {
  const owner = requireOption(account, "account", "name the account that registers, or a pool with --pool");
  const network = networkByChainId(chainId);
  const { ownerNonce, validators } = await fetchOwnerState(ssvNetwork, owner, { cacheFolder });
  const registered = new Set(validators.keys());
  const isPool = opened !== undefined && owner === (await opened.pool.clusterManager.getAddress());
  if (!isPool) {
    return {
      network,
      owner,
      nextNonce: ownerNonce,
      registered,
      isWaiting: () => false,
      takesParts: true,
      pool: undefined,
    };
  }
  const waiting = new Set<string>();
  const known = batches.length === 0 ? [] : await fetchBatches(opened.pool, opened.startBlock);
  for (const listed of batches) {
    const ceremony = ceremonyOf === undefined ? readCeremony(listed.folder, network) : ceremonyOf(listed);
    const state = findBatch(known, ceremony)?.state;
    if (state === "next" || state === "waiting") waiting.add(listed.folder);
  }
  const nextNonce = await opened.pool.poolManager.nextNonce();
  return { network, owner, nextNonce, registered, isWaiting: ({ folder }) => waiting.has(folder), pool: opened.pool };
}
