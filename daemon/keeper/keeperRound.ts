import type { Provider } from "ethers";

import type { RegisteredBatch } from "../../clients/batches.ts";
import { withOutlooks } from "../../clients/clusterOutlook.ts";
import { fetchClusterStatuses, type ClusterStatus } from "../../clients/clusterStatus.ts";
import { fetchCommittee, type SeatedCommittee } from "../../clients/seatedCommittee.ts";
import type { EventSource } from "../../clients/ownerEvents.ts";
import type { Pool } from "../../clients/pool.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";
import { slotAt } from "../../src/oracle/frames.ts";
import type { MessageKind } from "../../src/oracle/signedMessages.ts";
import { agreementsOf, type MemberAgreement } from "../exchange/committeeMessages.ts";
import type { SignedAnswer } from "../exchange/peers.ts";
import type { BatchContents } from "../service/batchContents.ts";
import type { BatchRegistry } from "./batchRegistry.ts";
import type { MemberQuestions } from "./memberQuestions.ts";

/** Blocks for which approvals are of use: the EVM knows no older hashes. */
const APPROVAL_BLOCKS = 256;

/** What lasts for as long as the keeper runs. */
export interface KeeperPool {
  readonly provider: Provider;
  readonly pool: Pool;
  readonly network: Network;
  /** Block before which there is nothing of the pool. */
  readonly startBlock: number;
  readonly events: EventSource;
  readonly members: MemberQuestions;
  readonly registry: BatchRegistry;
  readonly contents: BatchContents;
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

  /** Messages of a kind that members of the committee in place signed lately; those with the most signatures first. */
  agreements<Kind extends MessageKind>(kind: Kind): Promise<MemberAgreement<Kind>[]> {
    return this.#once(`agreements ${kind}`, async () => {
      const answers = await this.#answers();
      if (answers.every(({ signed }) => signed.messages.every((message) => message.kind !== kind))) return [];
      const to = slotAt(await fetchSlotClock(this.pool.accounting), this.now);
      const slots = { from: 0n, to };
      const blocks = { from: BigInt(this.blockNumber - APPROVAL_BLOCKS), to: BigInt(this.blockNumber) };
      const relevance = { report: slots, exits: slots, approval: blocks };
      return agreementsOf(await this.committee(), answers, kind, relevance);
    });
  }

  /** The committee in place. */
  committee(): Promise<SeatedCommittee> {
    return this.#once("committee", () => fetchCommittee(this.pool.poolETH));
  }

  /**
   * The keys of a batch, from where its operator stored them.
   * @throws {FieldError} As `fetchContent` does.
   */
  ceremony(batch: RegisteredBatch): Promise<Ceremony> {
    return this.#keeper.contents.read(batch, this.#keeper.network);
  }

  #answers(): Promise<SignedAnswer[]> {
    return this.#once("answers", () => this.#keeper.members.answers());
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
