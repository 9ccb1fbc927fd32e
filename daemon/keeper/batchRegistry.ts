import { fetchBatches, type RegisteredBatch } from "../../clients/batches.ts";
import type { Pool } from "../../clients/pool.ts";

/** A reorganisation of the chain reaches no further back: what was read so long ago is read again. */
const REORGANISED_BLOCKS = 64;

/** What was read of the batches, and as of when. */
interface Known {
  readonly batches: RegisteredBatch[];
  readonly version: string;
  readonly blockNumber: number;
}

/** The batches of a pool, whose log is read again only when one was registered, activated or dropped. */
export class BatchRegistry {
  readonly #startBlock: number;
  #known: Known | undefined;

  /** @param startBlock Block before which there is nothing of the pool. */
  constructor(startBlock: number) {
    this.#startBlock = startBlock;
  }

  /** All batches, the oldest first. */
  async batches(pool: Pool, blockNumber: number): Promise<RegisteredBatch[]> {
    // All that changes a batch changes one of them.
    const version = (
      await Promise.all([pool.poolManager.batchCount(), pool.poolManager.nextNonce(), pool.clusterManager.ownerNonce()])
    ).join("-");
    const known = this.#known;
    if (known?.version === version && blockNumber < known.blockNumber + REORGANISED_BLOCKS) return known.batches;
    const batches = await fetchBatches(pool, this.#startBlock);
    this.#known = { batches, version, blockNumber };
    return batches;
  }
}
