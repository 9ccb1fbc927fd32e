import { callRpc } from "../execution/jsonRpc.ts";

/** Transactions that the execution client has taken, and no block yet. */
export class WaitingTransactions {
  readonly #url: string;
  readonly #hashes = new Set<string>();

  constructor(url: string) {
    this.#url = url;
  }

  add(hash: string): void {
    this.#hashes.add(hash);
  }

  /** How many wait. Those that were replaced or dropped are forgotten with the first that is not there any more. */
  async count(): Promise<number> {
    for (const hash of this.#hashes) {
      const transaction = (await callRpc(this.#url, "eth_getTransactionByHash", [hash])) as {
        blockHash: string | null;
      } | null;
      if (transaction === null || transaction.blockHash !== null) this.#hashes.delete(hash);
    }
    return this.#hashes.size;
  }
}
