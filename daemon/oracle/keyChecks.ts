import type { RegisteredBatch } from "../../clients/batches.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import { findKeyUsage, ownerOfPool } from "../../clients/keyUsage.ts";
import type { Pool } from "../../clients/pool.ts";
import { fetchPendingDeposits } from "../../clients/queuedDeposits.ts";
import { checkUnused, KeyUsedError } from "../../clients/unusedKeys.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { invalidDeposits } from "../../src/oracle/pendingDeposits.ts";
import type { Hex } from "../../src/units/hex.ts";
import { askSeveral } from "./beacons.ts";
import { RefusalError } from "./refusals.ts";

/** Two epochs: a reorganisation of the chain reaches no further back. */
const REORGANISED_BLOCKS = 64;

/** What is known of the keys of a batch. */
interface Known {
  readonly batchId: bigint;
  /** Keys that nobody deposited for before the pool's first block, as all beacon states have it that must agree. */
  readonly unknownToState: ReadonlySet<Hex>;
  /** Why keys must not be used. */
  readonly problems: Map<Hex, string>;
  scannedTo: number;
}

/** Beacon nodes, and how many of them must not know a key. */
export interface CheckingNodes {
  readonly beacons: readonly BeaconNode[];
  readonly agreement: number;
}

/** Up to which block to look, and how many deposits there are by then. */
export interface ScanEnd {
  readonly block: number;
  readonly depositCount: bigint;
}

/**
 * Finds keys that were used before. All keys of a batch are looked for at once, in the beacon state and in all logs; from
 * then on only in new blocks.
 */
export class KeyChecks {
  readonly #pool: Pool;
  readonly #nodes: CheckingNodes;
  readonly #startBlock: number;
  #known: Known | undefined;

  constructor(pool: Pool, nodes: CheckingNodes, startBlock: number) {
    this.#pool = pool;
    this.#nodes = nodes;
    this.#startBlock = startBlock;
  }

  /**
   * Checks that nobody has used keys up to a block.
   * @param batches All of the pool.
   * @throws {RefusalError} For the first key that somebody has used, naming how.
   * @throws {FieldError} If the nodes cannot be asked.
   */
  async requireUnused(
    batch: RegisteredBatch,
    ceremony: Ceremony,
    pubkeys: readonly Hex[],
    batches: readonly RegisteredBatch[],
    until: ScanEnd,
  ): Promise<void> {
    const known =
      this.#known?.batchId === batch.batchId
        ? this.#known
        : await this.#begin(batch.batchId, ceremony, batch.activated);
    this.#known = known;
    await this.#scan(known, ceremony, batches, until);
    for (const pubkey of pubkeys) {
      const problem = known.unknownToState.has(pubkey)
        ? known.problems.get(pubkey)
        : `validator key ${pubkey} has a validator or a deposit already, as the beacon state shows`;
      if (problem !== undefined)
        throw new RefusalError(`batch ${batch.batchId}`, pubkey, problem, "discard the batch, and register other keys");
    }
  }

  async #begin(batchId: bigint, ceremony: Ceremony, activated: number): Promise<Known> {
    const waiting = ceremony.keys.slice(activated).map(({ pubkey }) => pubkey);
    const { beacons, agreement } = this.#nodes;
    const unknown = await askSeveral(beacons, agreement, async (node) => {
      const [validators, pending] = await Promise.all([
        node.validators("head", waiting),
        fetchPendingDeposits(node, "head", waiting),
      ]);
      const invalid = invalidDeposits(pending, ceremony.network);
      const deposited = new Set(pending.filter((entry) => !invalid.has(entry)).map(({ pubkey }) => pubkey));
      return new Set(waiting.filter((pubkey) => !validators.has(pubkey) && !deposited.has(pubkey)));
    });
    const unknownToState = new Set(waiting.filter((pubkey) => unknown.every((keys) => keys.has(pubkey))));
    return { batchId, unknownToState, problems: new Map(), scannedTo: this.#startBlock - 1 };
  }

  async #scan(known: Known, ceremony: Ceremony, batches: readonly RegisteredBatch[], until: ScanEnd): Promise<void> {
    const fromBlock = Math.min(until.block, Math.max(this.#startBlock, known.scannedTo + 1 - REORGANISED_BLOCKS));
    const scan = { network: ceremony.network, fromBlock, until, batches };
    const { keys } = await findKeyUsage(await ownerOfPool(this.#pool), [...known.unknownToState], scan);
    for (const usage of keys)
      try {
        checkUnused({ keys: [usage] }, "activate");
      } catch (error) {
        if (!(error instanceof KeyUsedError)) throw error;
        known.problems.set(usage.pubkey, error.message);
      }
    known.scannedTo = Math.max(known.scannedTo, until.block);
  }
}
