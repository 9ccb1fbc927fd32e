import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import { RETRY_AFTER } from "../../../clients/overdueExits.ts";
import { fetchRequestedExits, type RequestedExit } from "../../../clients/requestedExits.ts";
import type { KeeperRound } from "../keeperRound.ts";

/** Blocks that are read again: a reorganisation of the chain reaches no further back. */
const REORGANISED_BLOCKS = 64;

/** Keys whose exits were requested and that are not known to be gone, kept up to date from the log. */
export class RequestBook {
  readonly #open = new Map<string, RequestedExit>();
  #readTo: number | undefined;

  /** Those whose requests are so old that the consensus layer must have acted on them, by batch and position. */
  async unanswered(round: KeeperRound): Promise<RequestedExit[]> {
    const exits = await exitRequestsOf(round.pool);
    const again = (this.#readTo ?? 0) - REORGANISED_BLOCKS;
    const blocks = { fromBlock: Math.max(round.startBlock, again), toBlock: round.blockNumber };
    for (const each of await fetchRequestedExits(exits, blocks)) this.#open.set(nameOf(each), each);
    this.#readTo = round.blockNumber;

    const due: RequestedExit[] = [];
    for (const [name, place] of this.#open) {
      const mark = await exits.exitOf(place.batchId, place.position);
      // One that was never requested was requested in a block that was given up.
      if (mark.isGone || mark.requestedAt === 0n) this.#open.delete(name);
      else if (round.now >= mark.requestedAt + RETRY_AFTER) due.push({ ...place, mark });
    }
    return due.sort((a, b) => Number(a.batchId - b.batchId) || a.position - b.position);
  }
}

function nameOf({ batchId, position }: RequestedExit): string {
  return `${batchId}:${position}`;
}
