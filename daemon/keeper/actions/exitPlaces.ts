import { areAllGone, findPlaces, joinRuns, type KeyRun } from "../../../clients/keyRuns.ts";
import type { KeyPlace } from "../../../clients/requestedExits.ts";
import type { Hex } from "../../../src/units/hex.ts";
import type { ValidatorExitRequests } from "../../../typechain-types/index.ts";
import type { KeeperRound } from "../keeperRound.ts";

/** A reorganisation of the chain reaches no further back: what was found so long ago is looked up again. */
const REORGANISED_BLOCKS = 64;
/** Statuses that are remembered; members serve but the newest. */
const MOST_KNOWN = 256;

/** What was found of the keys of a status. */
interface Found {
  /** In the order of the keys; undefined if one is not the pool's. */
  readonly places: readonly KeyPlace[] | undefined;
  readonly foundIn: number;
  /** Block in which the registry knew all of them to be gone. */
  goneIn?: number;
}

/** Where the keys of exit statuses stand: to find them takes the files of many batches, and members repeat themselves. */
export class ExitPlaces {
  readonly #found = new Map<Hex, Found>();

  /**
   * The keys of a status that are to be told of, as runs in their order: none if the registry knows that all are gone,
   * undefined if one is no activated key of the pool.
   * @param digest Of the status.
   */
  async open(
    round: KeeperRound,
    exits: ValidatorExitRequests,
    digest: Hex,
    pubkeys: readonly Hex[],
  ): Promise<KeyRun[] | undefined> {
    const found = await this.#find(round, digest, pubkeys);
    if (found.places === undefined) return undefined;
    if (found.goneIn !== undefined && isRecent(round, found.goneIn)) return [];
    const standing = found.places.map(({ batchId, position }) => ({
      batch: { batchId },
      from: position,
      to: position + 1,
    }));
    if (await areAllGone(exits, standing)) {
      found.goneIn = round.blockNumber;
      return [];
    }
    const batches = await round.batches();
    const runs: KeyRun[] = [];
    for (const { batchId, position } of found.places) {
      const batch = batches.find((each) => each.batchId === batchId);
      if (batch !== undefined)
        runs.push({ batch, ceremony: await round.ceremony(batch), from: position, to: position + 1 });
    }
    return joinRuns(runs, pubkeys.length);
  }

  async #find(round: KeeperRound, digest: Hex, pubkeys: readonly Hex[]): Promise<Found> {
    const known = this.#found.get(digest);
    if (known !== undefined && (known.places !== undefined || isRecent(round, known.foundIn))) return known;
    const open = async (batch: KeyRun["batch"]) => ({ batch, ceremony: await round.ceremony(batch) });
    const { places, missing } = await findPlaces(await round.batches(), open, pubkeys);
    const inOrder = pubkeys.flatMap((key) => places.get(key.toLowerCase()) ?? []);
    const found: Found = {
      places:
        missing.size > 0 ? undefined : inOrder.map(({ batch, from }) => ({ batchId: batch.batchId, position: from })),
      foundIn: round.blockNumber,
    };
    const [oldest] = this.#found.keys();
    if (oldest !== undefined && this.#found.size >= MOST_KNOWN) this.#found.delete(oldest);
    this.#found.set(digest, found);
    return found;
  }
}

function isRecent({ blockNumber }: KeeperRound, block: number): boolean {
  return blockNumber >= block && blockNumber < block + REORGANISED_BLOCKS;
}
