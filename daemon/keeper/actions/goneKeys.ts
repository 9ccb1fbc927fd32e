import { concat } from "ethers";

import { areAllGone, type KeyRun } from "../../../clients/keyRuns.ts";
import { pubkeysHash } from "../../../src/oracle/messages.ts";
import type { KeySpan } from "../../../src/oracle/signedMessages.ts";
import { MAX_KEYS } from "../../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../../src/units/hex.ts";
import type { ValidatorExitRequests } from "../../../typechain-types/index.ts";
import type { SignedOf } from "../../exchange/committeeMessages.ts";
import type { KeeperRound } from "../keeperRound.ts";

/** A reorganisation of the chain reaches no further back: what was found so long ago is looked up again. */
const REORGANISED_BLOCKS = 64;
/** Findings that are remembered: more than members serve. */
const MOST_KNOWN = 4_096;

/** What became clear of a status: the registry knows all of it, or its ranges are of other keys. */
type Finding = "told" | "other keys";

/** Finds the keys of exit statuses in the files of batches, and remembers what there is nothing to do for. */
export class GoneKeys {
  readonly #known = new Map<string, { readonly finding: Finding; readonly block: number }>();

  /**
   * The keys that a status is of, in its order.
   * @returns Why there is nothing to tell, instead, if there is not.
   * @throws {FieldError} If the files of a batch cannot be read.
   */
  async open(
    round: KeeperRound,
    exits: ValidatorExitRequests,
    { message, ranges }: SignedOf<"exits">,
  ): Promise<KeyRun[] | Finding> {
    const places = ranges.map(({ batchId, from, to }) => `${batchId}:${from}-${to}`).join();
    const name = `${message.pubkeysHash} ${places}`;
    const known = this.#known.get(name);
    const { blockNumber } = round;
    if (known !== undefined && blockNumber >= known.block && blockNumber < known.block + REORGANISED_BLOCKS)
      return known.finding;
    const found = await find(round, exits, ranges, message.pubkeysHash);
    if (typeof found === "string") {
      this.#known.delete(name);
      this.#known.set(name, { finding: found, block: blockNumber });
      const [oldest] = this.#known.keys();
      if (oldest !== undefined && this.#known.size > MOST_KNOWN) this.#known.delete(oldest);
    }
    return found;
  }
}

async function find(
  round: KeeperRound,
  exits: ValidatorExitRequests,
  ranges: readonly KeySpan[],
  wantedHash: Hex,
): Promise<KeyRun[] | Finding> {
  const batches = new Map((await round.batches()).map((batch) => [batch.batchId, batch]));
  const places = ranges.flatMap(({ batchId, from, to }) => {
    const batch = batches.get(batchId);
    return batch === undefined || to > batch.activated ? [] : [{ batch, from, to }];
  });
  const keys = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (places.length < ranges.length || keys > MAX_KEYS) return "other keys";
  if (await areAllGone(exits, places)) return "told";
  const runs: KeyRun[] = [];
  for (const place of places) runs.push({ ...place, ceremony: await round.ceremony(place.batch) });
  const pubkeys = runs.flatMap(({ ceremony, from, to }) => ceremony.keys.slice(from, to).map(({ pubkey }) => pubkey));
  return pubkeysHash(concat(pubkeys) as Hex) === wantedHash ? runs : "other keys";
}
