import { toQuantity, Transaction } from "ethers";

import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import type { Upstream } from "./upstream.ts";

const MAX_REMEMBERED = 2_000;

/**
 * The transactions that were accepted and are in no block yet. The execution client counts one twice while it takes it
 * out of its pool, does not show any of them, and forgets them when it is restarted.
 */
export class PendingTransactions {
  readonly #upstream: Upstream;
  readonly #accepted: (hash: string) => void;
  readonly #byHash = new Map<string, Transaction>();
  readonly #queues = new Map<string, Promise<unknown>>();

  /** @param accepted Called with each one that the execution client takes. */
  constructor(upstream: Upstream, accepted: (hash: string) => void) {
    this.#upstream = upstream;
    this.#accepted = accepted;
  }

  /** Hands a signed transaction to the execution client. */
  async send(raw: string): Promise<string> {
    const hash = await this.#handIn(raw);
    this.#byHash.set(hash, Transaction.from(raw));
    const [oldest] = this.#byHash.keys();
    if (oldest !== undefined && this.#byHash.size > MAX_REMEMBERED) this.#byHash.delete(oldest);
    this.#accepted(hash);
    return hash;
  }

  /** A client that died before its answer came may have been handed in the same again. */
  async #handIn(raw: string): Promise<string> {
    try {
      return (await this.#upstream("eth_sendRawTransaction", [raw])) as string;
    } catch (error) {
      if (!isKnown(error)) throw error;
      const { hash } = Transaction.from(raw);
      if (hash === null || this.#byHash.has(hash)) throw error;
      return hash;
    }
  }

  /** Does things for one account after one another, so that each one sees the nonce that the last one left. */
  async inOrder<T>(address: string, work: () => Promise<T>): Promise<T> {
    const key = address.toLowerCase();
    const next = (this.#queues.get(key) ?? Promise.resolve()).then(work);
    const settled = next.catch(() => undefined);
    this.#queues.set(key, settled);
    try {
      return await next;
    } finally {
      if (this.#queues.get(key) === settled) this.#queues.delete(key);
    }
  }

  /** Nonce of an account's next transaction. */
  async nextNonce(address: string): Promise<number> {
    // Its pool knows addresses in lower case alone.
    const sender = address.toLowerCase();
    const counted = Number(await this.#upstream("eth_getTransactionCount", [sender, "pending"]));
    const mined = Number(await this.#upstream("eth_getTransactionCount", [sender, "latest"]));
    const waiting = new Set<number>();
    for (const [hash, { from, nonce }] of this.#byHash) {
      if (from?.toLowerCase() !== sender) continue;
      if (nonce < mined) this.#byHash.delete(hash);
      else waiting.add(nonce);
    }
    let next = mined;
    while (waiting.has(next)) next++;
    return Math.min(next, Math.max(counted, mined));
  }

  /**
   * A transaction that waits, as nodes show it.
   * @returns Nothing if it does not wait.
   */
  async find(hash: string): Promise<object | undefined> {
    const transaction = this.#byHash.get(hash);
    if (transaction === undefined || (await this.#isLost(transaction))) {
      this.#byHash.delete(hash);
      return undefined;
    }
    this.#accepted(hash);
    return showPending(transaction);
  }

  /** How many wait, once those were handed in again that the execution client has forgotten. */
  async waiting(): Promise<number> {
    const nonces = new Map<string, number>();
    let count = 0;
    for (const [hash, transaction] of [...this.#byHash]) {
      const sender = transaction.from?.toLowerCase() ?? "";
      const mined = nonces.get(sender) ?? Number(await this.#upstream("eth_getTransactionCount", [sender, "latest"]));
      nonces.set(sender, mined);
      if (transaction.nonce < mined || (await this.#isLost(transaction))) this.#byHash.delete(hash);
      else count++;
    }
    return count;
  }

  /** Hands it in again, in case the execution client has forgotten it. */
  async #isLost(transaction: Transaction): Promise<boolean> {
    try {
      await this.#upstream("eth_sendRawTransaction", [transaction.serialized]);
      return false;
    } catch (error) {
      if (!(error instanceof RpcError) || error.code === RPC_CODES.unavailable) throw error;
      return !isKnown(error);
    }
  }
}

function isKnown(error: unknown): boolean {
  return error instanceof RpcError && error.message.includes("already in the TxPool");
}

function showPending(transaction: Transaction): object {
  const { hash, from, to, nonce, data, gasLimit, value, type, chainId, signature, accessList } = transaction;
  const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = transaction;
  return {
    blockHash: null,
    blockNumber: null,
    transactionIndex: null,
    hash,
    from: from?.toLowerCase(),
    to: to?.toLowerCase() ?? null,
    nonce: toQuantity(nonce),
    input: data,
    gas: toQuantity(gasLimit),
    value: toQuantity(value),
    type: toQuantity(type ?? 0),
    chainId: toQuantity(chainId),
    gasPrice: toQuantity(gasPrice ?? maxFeePerGas ?? 0),
    ...(maxFeePerGas === null ? {} : { maxFeePerGas: toQuantity(maxFeePerGas) }),
    ...(maxPriorityFeePerGas === null ? {} : { maxPriorityFeePerGas: toQuantity(maxPriorityFeePerGas) }),
    ...(accessList === null ? {} : { accessList }),
    ...(signature === null
      ? {}
      : { v: toQuantity(signature.v), yParity: toQuantity(signature.yParity), r: signature.r, s: signature.s }),
  };
}
