import { fetchContent } from "../../clients/batchContent.ts";
import type { RegisteredBatch } from "../../clients/batches.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";

/** A batch takes at most some 16 MiB, and rarely more than one is in use. */
const MOST_KEPT = 3;
/** Longest time for one file, milliseconds: a round waits for it. */
const TIMEOUT = 20_000;

/** The files of batches, verified against the chain, each read once as long as it is in use. */
export class BatchContents {
  readonly #kept = new Map<string, Ceremony>();

  /** @throws {FieldError} As `fetchContent` does. */
  async read(batch: RegisteredBatch, network: Network): Promise<Ceremony> {
    const key = `${batch.batchId}:${batch.root}`;
    const ceremony = this.#kept.get(key) ?? (await fetchContent(batch, network, { timeout: TIMEOUT }));
    this.#kept.delete(key);
    this.#kept.set(key, ceremony);
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST_KEPT)) this.#kept.delete(oldest);
    return ceremony;
  }
}
