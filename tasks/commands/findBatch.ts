import { AbiCoder, dataSlice, keccak256 } from "ethers";

import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { ceremonyTree } from "../../src/ceremony/tree.ts";
import type { PoolConnection } from "../connect.ts";

const COMMITMENT_LENGTH = 20;

/**
 * The newest batch that a ceremony was registered as, by the commitment that the registry keeps; nothing if it keeps
 * none, which it does of the newest batches and of all that wait.
 */
export async function findBatch({ pool: { poolManager } }: PoolConnection, ceremony: Ceremony) {
  const { root } = ceremonyTree(ceremony.keys);
  const encoded = AbiCoder.defaultAbiCoder().encode(["bytes32", "uint64[]"], [root, [...ceremony.operatorIds]]);
  const commitment = dataSlice(keccak256(encoded), 0, COMMITMENT_LENGTH);
  for (let batchId = (await poolManager.batchCount()) - 1n; batchId >= 0n; batchId--) {
    const batch = await poolManager.batchOf(batchId);
    if (batch.count === 0n) break;
    if (batch.commitment === commitment) return batch;
  }
  return undefined;
}
