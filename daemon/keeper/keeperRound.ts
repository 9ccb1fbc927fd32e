import type { Provider } from "ethers";

import { fetchContent } from "../../clients/batchContent.ts";
import type { RegisteredBatch } from "../../clients/batches.ts";
import { withOutlooks } from "../../clients/clusterOutlook.ts";
import { fetchClusterStatuses, type ClusterStatus } from "../../clients/clusterStatus.ts";
import type { EventSource } from "../../clients/ownerEvents.ts";
import type { Pool } from "../../clients/pool.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";
import type { BatchRegistry } from "./batchRegistry.ts";
import type { MemberMessages, MessageSource } from "./memberMessages.ts";
import { fetchCommitteeInPlace, type CommitteeInPlace } from "./quorum.ts";

/** Ceremonies that are kept: whoever works on one comes back to it soon. */
const KEPT_CEREMONIES = 4;

/** What lasts for as long as the keeper runs. */
export interface KeeperPool {
  readonly provider: Provider;
  readonly pool: Pool;
  readonly network: Network;
  /** Block before which there is nothing of the pool. */
  readonly startBlock: number;
  readonly events: EventSource;
  readonly askMembers: MessageSource;
  readonly registry: BatchRegistry;
  /** Verified, by the roots of their batches. */
  readonly ceremonies: Map<string, Ceremony>;
}

/** The chain as a pass of the keeper sees it. What several actions need is read once, and only if one does. */
export class KeeperRound {
  readonly pool: Pool;
  readonly provider: Provider;
  /** Of the newest block when the pass began, seconds. */
  readonly now: bigint;
  readonly blockNumber: number;
  readonly #keeper: KeeperPool;
  readonly #read = new Map<string, Promise<unknown>>();

  private constructor(keeper: KeeperPool, block: { number: number; timestamp: number }) {
    this.#keeper = keeper;
    this.pool = keeper.pool;
    this.provider = keeper.provider;
    this.blockNumber = block.number;
    this.now = BigInt(block.timestamp);
  }

  /** Begins a pass at the newest block. */
  static async begin(keeper: KeeperPool): Promise<KeeperRound> {
    const block = await keeper.provider.getBlock("latest");
    if (block === null) throw new Error("the node has no block");
    return new KeeperRound(keeper, block);
  }

  /** For what was read of ssv.network before. */
  get events(): EventSource {
    return this.#keeper.events;
  }

  /** Block before which there is nothing of the pool. */
  get startBlock(): number {
    return this.#keeper.startBlock;
  }

  /** All batches of the pool, the oldest first. */
  batches(): Promise<RegisteredBatch[]> {
    return this.#once("batches", () => this.#keeper.registry.batches(this.pool, this.blockNumber));
  }

  /** Clusters of the pool with what its manager says of each. */
  clusters(): Promise<readonly ClusterStatus[]> {
    return this.#once("clusters", async () => {
      const { ssvNetwork, clusterManager } = this.pool;
      const owner = await clusterManager.getAddress();
      const statuses = await fetchClusterStatuses(ssvNetwork, owner, this.events);
      return (await withOutlooks(clusterManager, statuses)).clusters;
    });
  }

  /** What members signed lately, unchecked. */
  messages(): Promise<MemberMessages> {
    return this.#once("messages", () => this.#keeper.askMembers());
  }

  committee(): Promise<CommitteeInPlace> {
    return this.#once("committee", () => fetchCommitteeInPlace(this.pool.poolETH));
  }

  /**
   * The keys of a batch, from where its operator stored them.
   * @throws {FieldError} As `fetchContent` does.
   */
  async ceremony(batch: RegisteredBatch): Promise<Ceremony> {
    const { ceremonies, network } = this.#keeper;
    const known = ceremonies.get(batch.root);
    if (known !== undefined) return known;
    const fetched = await fetchContent(batch, network);
    const [oldest] = ceremonies.keys();
    if (oldest !== undefined && ceremonies.size >= KEPT_CEREMONIES) ceremonies.delete(oldest);
    ceremonies.set(batch.root, fetched);
    return fetched;
  }

  #once<T>(name: string, read: () => Promise<T>): Promise<T> {
    const known = this.#read.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const begun = read().catch((error: unknown) => {
      // The next action asks anew.
      this.#read.delete(name);
      throw error;
    });
    this.#read.set(name, begun);
    return begun;
  }
}
