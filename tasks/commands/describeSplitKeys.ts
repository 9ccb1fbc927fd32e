import { basename } from "node:path";

import { excludedFile } from "../../clients/batchList.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { KeyInventory } from "./planShares.ts";

/**
 * Why no key of a folder is left to split, and what comes next.
 * @param registered Keys that were registered at SSV, as far as that is known.
 */
export function describeSplitKeys(
  { folder, pubkeys, batches, excluded }: KeyInventory,
  registered: ReadonlySet<Hex>,
): string {
  if (pubkeys.length === 0) return `nothing to split: ${folder} holds keys of ssv-dkg only, which operators have split`;
  const split = new Set(batches.flatMap((batch) => batch.pubkeys));
  const rest = pubkeys.filter((pubkey) => !split.has(pubkey));
  const running = rest.filter((pubkey) => registered.has(pubkey)).length;
  const left = rest.filter((pubkey) => excluded.has(pubkey) && !registered.has(pubkey)).length;
  const where: readonly (readonly [number, string])[] = [
    [pubkeys.length - rest.length, `in ${batchNames(batches.map((batch) => basename(batch.folder)))}`],
    [running, "registered at ssv.network"],
    [left, `left out by ${excludedFile(folder)}`],
  ];
  const told = where.filter(([count]) => count > 0).map(([count, place]) => `${count} ${place}`);
  const isOpen = [...split].some((pubkey) => !registered.has(pubkey));
  const next = isOpen
    ? "go on with `keys verify` and `validators register`, or name other operators with `keys resplit --operators`"
    : "make more keys with `keys generate` and a higher --count";
  return `nothing to split: of the ${pubkeys.length} keys in ${folder}, ${told.join(", ")}; ${next}`;
}

function batchNames(names: readonly string[]): string {
  const [first = "", last] = [names[0], names.at(-1)];
  return names.length > 1 ? `batches ${first} to ${last ?? ""}` : `batch ${first}`;
}
