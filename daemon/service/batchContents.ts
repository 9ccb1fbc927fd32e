import { BatchContentError, fetchContent } from "../../clients/batchContent.ts";
import type { RegisteredBatch } from "../../clients/batches.ts";
import { HttpFileError } from "../../clients/httpFiles.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import type { Network } from "../../src/consensus/network.ts";

/** A batch, as far as it says where its files are and which. */
export type StoredBatch = Pick<RegisteredBatch, "batchId" | "contentURI" | "root" | "count" | "operatorIds">;

/** How long a round may wait for files, milliseconds. */
export interface ContentPatience {
  /** Longest time for one file. */
  readonly timeout: number;
  /** What fails only after this time is left alone for a while. */
  readonly slow: number;
  /** So long it is. */
  readonly pause: number;
}

/** A batch takes at most some 16 MiB, and rarely more than one is in use. */
const MOST_KEPT = 3;
const PATIENCE: ContentPatience = { timeout: 20_000, slow: 5_000, pause: 10 * 60_000 };

/**
 * The files of batches, verified against the chain, each read once as long as it is in use. A server that is slow and
 * fails costs the time for one file, however many batches it has: a round waits for it.
 */
export class BatchContents {
  readonly #patience: ContentPatience;
  readonly #kept = new Map<string, Ceremony>();
  /** Until when batches, and hosts, are not asked for; by the machine's clock. */
  readonly #leftAlone = new Map<string, number>();

  constructor(patience: Partial<ContentPatience> = {}) {
    this.#patience = { ...PATIENCE, ...patience };
  }

  /** @throws {FieldError} As `fetchContent` does, and where the last attempt was slow and failed. */
  async read(batch: StoredBatch, network: Network): Promise<Ceremony> {
    if (batch.contentURI === "") throw withoutURI(batch);
    const key = `${batch.batchId}:${batch.root}`;
    const ceremony = this.#kept.get(key) ?? (await this.#fetch(batch, key, network));
    this.#kept.delete(key);
    this.#kept.set(key, ceremony);
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST_KEPT)) this.#kept.delete(oldest);
    return ceremony;
  }

  async #fetch(batch: StoredBatch, key: string, network: Network): Promise<Ceremony> {
    const { timeout, slow, pause } = this.#patience;
    const host = URL.parse(batch.contentURI)?.host ?? "";
    const begun = performance.now();
    for (const [name, until] of this.#leftAlone) if (until <= begun) this.#leftAlone.delete(name);
    if (this.#leftAlone.has(key) || this.#leftAlone.has(host)) throw leftAlone(batch, pause);
    try {
      return await fetchContent(batch, network, { timeout });
    } catch (error) {
      const ended = performance.now();
      // What a server does not give, it does not give of other batches either.
      const name = error instanceof HttpFileError && host !== "" ? host : key;
      if (ended - begun >= slow) this.#leftAlone.set(name, ended + pause);
      throw error;
    }
  }
}

/** Tasks can be told where the files are, daemons cannot. */
function withoutURI({ batchId }: StoredBatch): BatchContentError {
  return new BatchContentError(
    `content of batch ${batchId}`,
    "",
    "was registered without a URI",
    "have the operator activate it with --dir, or discard it and register it with --content",
  );
}

function leftAlone({ batchId, root }: StoredBatch, pause: number): BatchContentError {
  return new BatchContentError(
    `content of batch ${batchId}`,
    root,
    "is not asked for now: its server was slow the last time, and failed",
    `see that its server answers; it is asked again within ${pause / 60_000} minutes`,
  );
}
