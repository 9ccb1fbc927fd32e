import { join } from "node:path";

import type { Logger } from "pino";

import { approvalAt, stakeKeys } from "../../clients/activation.ts";
import { fetchBatches, type RegisteredBatch } from "../../clients/batches.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";
import { fetchRegisteredOperators } from "../../clients/operators.ts";
import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import type { Pool } from "../../clients/pool.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { checkExpectations } from "../../src/ceremony/expectations.ts";
import { checkOperators } from "../../src/ceremony/operators.ts";
import type { KeySpan } from "../../src/oracle/signedMessages.ts";
import { WEI_PER_ETHER } from "../../src/units/ether.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { BatchContents } from "../service/batchContents.ts";
import { askFirst, networkOf } from "./beacons.ts";
import { KeyChecks } from "./keyChecks.ts";
import type { Signatory } from "./memberSigner.ts";
import { RefusalError } from "./refusals.ts";

/** What a member approves keys with. */
export interface ApprovalParts {
  readonly pool: Pool;
  readonly startBlock: number;
  readonly beacons: readonly BeaconNode[];
  /** How many of them must not know a key. */
  readonly agreement: number;
  readonly contents: BatchContents;
  /** Folder of what must survive a restart. */
  readonly data: string;
  readonly everyBlocks: number;
  readonly maxKeys: number;
  readonly log: Logger;
}

const STAKE = 32n * WEI_PER_ETHER;

/** Checks the keys that come next, and approves them: as of blocks that all members look at, so that they sign the same. */
export class ApprovalDuty {
  readonly #parts: ApprovalParts;
  readonly #checks: KeyChecks;
  #lookedAt = -1;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
    this.#checks = new KeyChecks(parts.pool, parts, parts.startBlock);
  }

  /**
   * The newest block that members look at, if this one has not looked at it yet. It is not the newest of all: nodes that
   * simulate a call in that one do not know its hash.
   */
  dueBlock(newest: number): number | undefined {
    const { everyBlocks, startBlock } = this.#parts;
    const anchor = Math.floor((newest - 1) / everyBlocks) * everyBlocks;
    // Not a later one: after a node that told of blocks far ahead, none would be for long.
    return anchor > startBlock && anchor !== this.#lookedAt ? anchor : undefined;
  }

  /**
   * Approves the next keys as of a block, if ether is free for one at least.
   * @throws {FieldError} If one of them must not be used, or that cannot be told. The next block is tried then.
   */
  async approve(signatory: Signatory, block: number): Promise<void> {
    this.#lookedAt = block;
    if (signatory.isDone("approval", block.toString())) return;
    const { pool, startBlock, contents, beacons, maxKeys, log } = this.#parts;
    const free = await pool.poolManager.freeEther({ blockTag: block });
    if (free < STAKE) return;
    const batches = await fetchBatches(pool, startBlock, undefined, block);
    const batch = batches.find(({ state }) => state === "next");
    if (batch === undefined) return;

    const network = networkOf(await askFirst(beacons, (node) => node.chain()));
    const ceremony = await contents.read(batch, network);
    const from = batch.activated;
    const to = Math.min(batch.count, from + maxKeys, from + Number(free / STAKE));
    const offer: KeySpan = { batchId: batch.batchId, from, to };
    const approval = await approvalAt(pool.poolETH, stakeKeys(ceremony, from, to), block);
    await this.#requireSame(batch, ceremony);
    const pubkeys = ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey);
    const until = { block, depositCount: approval.depositCount };
    try {
      await this.#checks.requireUnused(batch, ceremony, pubkeys, batches, until);
    } catch (error) {
      // Beacon nodes know more than the block: if the pool staked to keys since, those are used by itself.
      if (Number((await pool.poolManager.batchOf(batch.batchId)).activated) > from) return;
      throw error;
    }
    log.debug({ block, batch: batch.batchId.toString(), from, to }, "checked keys");
    await signatory.sign({ kind: "approval", message: approval, offer });
  }

  /** The batch is for this pool, its operators are there, and tips go where they belong. */
  async #requireSame(batch: RegisteredBatch, ceremony: Ceremony): Promise<void> {
    const { pool, data } = this.#parts;
    const { poolETH, clusterManager, rewardsVault, ssvNetwork } = pool;
    const owner = await clusterManager.getAddress();
    const withdrawalCredentials = (await poolETH.withdrawalCredentials(false)) as Hex;
    const { firstNonce, operatorIds } = batch;
    checkExpectations(ceremony, { owner, withdrawalCredentials, operatorIds, firstNonce });
    checkOperators(ceremony, await fetchRegisteredOperators(ssvNetwork, ceremony.operatorIds));
    const { feeRecipient } = await fetchOwnerState(ssvNetwork, owner, { cacheFolder: join(data, "events") });
    const vault = await rewardsVault.getAddress();
    if (feeRecipient !== vault)
      throw new RefusalError(
        "fee recipient",
        feeRecipient ?? owner,
        `is not the rewards vault, ${vault}: tips of new validators would be lost`,
        "find out who changed it; no keys are approved until it is the vault again",
      );
  }
}
