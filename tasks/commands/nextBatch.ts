import { fetchContent } from "../../clients/batchContent.ts";
import { findBatch, type RegisteredBatch } from "../../clients/batches.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";
import { InputError } from "../input.ts";
import type { Terminal } from "../terminal.ts";

const LOOK_UP = "look up the batches with `validators list`, and register one with `validators register`";

/**
 * The batch of a ceremony's folder whose turn it is; of a folder with one batch that one.
 * @throws {InputError} If it is the turn of none.
 * @throws {FieldError} As `readBatches` does.
 */
export function selectNextBatch(folder: string, registered: readonly RegisteredBatch[], network: Network): Ceremony {
  const batches = readBatches(folder, network);
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return only.ceremony;
  const next = batches.find(({ ceremony }) => findBatch(registered, ceremony)?.state === "next");
  if (next === undefined)
    throw new InputError("dir", folder, `holds ${batches.length} batches, and it is the turn of none`, LOOK_UP);
  return next.ceremony;
}

/**
 * The batch whose turn it is, from where its files can be read.
 * @throws {InputError} If none waits.
 * @throws {FieldError} As `fetchContent` does.
 */
export async function fetchNextBatch(
  registered: readonly RegisteredBatch[],
  network: Network,
  terminal: Terminal,
): Promise<Ceremony> {
  const next = registered.find(({ state }) => state === "next");
  if (next === undefined)
    throw new InputError("batches", `${registered.length} registered`, "have no key whose turn it is", LOOK_UP);
  if (next.contentURI !== "")
    terminal.note(`reading the files of batch ${next.batchId} from where its operator stored them …`);
  return fetchContent(next, network);
}
