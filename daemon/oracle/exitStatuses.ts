import { concat } from "ethers";

import { fetchBatches, type RegisteredBatch } from "../../clients/batches.ts";
import { chainOf } from "../../clients/committee.ts";
import { fetchLogs } from "../../clients/logs.ts";
import type { Pool } from "../../clients/pool.ts";
import type { Network } from "../../src/consensus/network.ts";
import { placesOfStakes, spansOf, type KeyPlace } from "../../src/oracle/keySpans.ts";
import { pubkeysHash } from "../../src/oracle/messages.ts";
import type { KeySpan } from "../../src/oracle/signedMessages.ts";
import { isWithdrawable } from "../../src/oracle/validatorKeys.ts";
import type { Hex } from "../../src/units/hex.ts";
import { ValidatorExitRequests__factory } from "../../typechain-types/index.ts";
import type { BatchContents } from "../service/batchContents.ts";
import type { Signatory } from "./memberSigner.ts";
import { RefusalError } from "./refusals.ts";
import type { CheckedReport } from "./reports.ts";

/** What a member signs exit statuses with. */
export interface ExitParts {
  readonly pool: Pool;
  readonly startBlock: number;
  readonly contents: BatchContents;
}

/** So many fit well into one transaction, and into what a member serves. */
const LIMITS = { maxKeys: 64, maxSpans: 32 };
/** Of one slot; the rest is signed with the next report. */
const MOST_MESSAGES = 48;

/** A key that is gone, and where it stands. */
interface GoneKey extends KeyPlace {
  readonly pubkey: Hex;
}

/** Signs which validators are gone, as far as the registry does not know. */
export class ExitDuty {
  readonly #parts: ExitParts;
  #doneFor: bigint | undefined;

  constructor(parts: ExitParts) {
    this.#parts = parts;
  }

  /** Whether all of a reference slot was signed since the program began. */
  isDone(refSlot: bigint): boolean {
    return this.#doneFor === refSlot;
  }

  /**
   * Signs that validators are gone at a reference slot: those that could withdraw by then.
   * @throws {FieldError} If the files of a batch cannot be read, after all others were seen to.
   */
  async sign(signatory: Signatory, observation: CheckedReport): Promise<void> {
    const { pool, startBlock } = this.#parts;
    const { refSlot } = observation.report;
    // As they were found right: a single node could say otherwise now.
    const { slotsPerEpoch, network } = observation.inputs.state;
    const epoch = refSlot / slotsPerEpoch;
    const isGone = observation.keys.map(({ validator }) => validator !== undefined && isWithdrawable(validator, epoch));
    let failure: Error | undefined;
    if (isGone.includes(true)) {
      const batches = await fetchBatches(pool, startBlock);
      const places = placesOfStakes(batches);
      const known = await this.#reported(observation.reference.executionBlock.number);
      const gone = observation.keys.flatMap(({ pubkey }, i): GoneKey[] => {
        const place = places[i];
        if (isGone[i] !== true) return [];
        if (place === undefined) throw unplaced(pubkey);
        return known.has(nameOf(place)) ? [] : [{ ...place, pubkey }];
      });
      const pubkeyAt = new Map(gone.map((key) => [nameOf(key), key.pubkey]));
      for (const ranges of spansOf(gone, LIMITS).slice(0, MOST_MESSAGES))
        try {
          const pubkeys = await this.#open(ranges, batches, pubkeyAt, network);
          const message = { pubkeysHash: pubkeysHash(concat(pubkeys) as Hex), refSlot };
          await signatory.sign({ kind: "exits", message, ranges });
        } catch (error) {
          failure ??= error instanceof Error ? error : new Error(String(error));
        }
    }
    if (failure !== undefined) throw failure;
    this.#doneFor = refSlot;
  }

  /** Keys that the registry knew to be gone in a block: which is the same for all members. */
  async #reported(toBlock: number): Promise<Set<string>> {
    const { pool, startBlock } = this.#parts;
    const abi = ValidatorExitRequests__factory.createInterface();
    const filter = {
      address: await pool.poolManager.getAddress(),
      topics: abi.encodeFilterTopics("ExitsReported", []),
    };
    const logs = await fetchLogs(chainOf(pool.poolManager), filter, Math.min(startBlock, toBlock), toBlock);
    const known = new Set<string>();
    for (const { data, topics } of logs) {
      const { batchId, position, count } = abi.decodeEventLog("ExitsReported", data, topics).toObject() as Record<
        "batchId" | "position" | "count",
        bigint
      >;
      for (let i = 0; i < Number(count); i++) known.add(nameOf({ batchId, position: Number(position) + i }));
    }
    return known;
  }

  /** Public keys of ranges, by the files of their batch. */
  async #open(
    ranges: readonly KeySpan[],
    batches: readonly RegisteredBatch[],
    expected: ReadonlyMap<string, Hex>,
    network: Network,
  ): Promise<Hex[]> {
    const batch = batches.find(({ batchId }) => batchId === ranges[0]?.batchId);
    if (batch === undefined) throw new Error("ranges are of a batch that was not fetched");
    const ceremony = await this.#parts.contents.read(batch, network);
    return ranges.flatMap(({ batchId, from, to }) =>
      ceremony.keys.slice(from, to).map(({ pubkey }, i) => {
        if (expected.get(nameOf({ batchId, position: from + i })) !== pubkey) throw unplaced(pubkey);
        return pubkey;
      }),
    );
  }
}

function nameOf({ batchId, position }: KeyPlace): string {
  return `${batchId}:${position}`;
}

function unplaced(pubkey: Hex): RefusalError {
  return new RefusalError(
    "key",
    pubkey,
    "does not stand where the pool's stakes and batches put it",
    "use an execution node that keeps all logs",
  );
}
