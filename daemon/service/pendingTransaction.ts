import { setTimeout as sleep } from "node:timers/promises";

import { isError, Transaction, type AbstractSigner, type TransactionReceipt } from "ethers";

import { FieldError } from "../../src/units/errors.ts";
import { beyondLimit, type DailyLimit } from "./dailyLimit.ts";
import { fetchMarket, raisedFees, type Fees } from "./fees.ts";
import type { SenderContext } from "./sending.ts";
import type { Account, SpendingStore, Unsettled } from "./spendingStore.ts";
import { weiOfGwei } from "./transactionPlan.ts";

/** A transaction is not mined; it is waited for again before anything else is sent. */
export class StuckTransaction extends FieldError {}

/** A node refuses a transaction that no node has. */
export class RefusedTransaction extends Error {}

/** How long a transaction is waited for. */
export interface Patience {
  /** Milliseconds between two looks. */
  readonly pollMs: number;
  /** Blocks after which it is replaced with a higher fee, or given to nodes again. */
  readonly replaceBlocks: number;
  readonly maxReplacements: number;
  /** Blocks, and milliseconds, after which it counts as stuck. */
  readonly stuckBlocks: number;
  readonly stuckMs: number;
}

/** Who sends, and where it is kept what was sent and may be spent. */
export interface PendingParts {
  readonly signer: AbstractSigner;
  readonly account: Account;
  readonly store: SpendingStore;
  /** Any amount if left out. */
  readonly daily?: DailyLimit | undefined;
}

/** How often a nonce is seen to be used up before the transaction counts as gone: nodes are not all equally far. */
const LOOKS_UNTIL_GONE = 3;
const KNOWN = /already known|already imported|known transaction|already exists/i;

/** A transaction with a record, which is mined at most once however often it is sent. */
export class PendingTransaction {
  readonly #context: SenderContext;
  readonly #signer: AbstractSigner;
  readonly #account: Account;
  readonly #store: SpendingStore;
  readonly #daily: DailyLimit | undefined;
  #unsettled: Unsettled;

  constructor(context: SenderContext, { signer, account, store, daily }: PendingParts, unsettled: Unsettled) {
    [this.#context, this.#signer, this.#account, this.#store] = [context, signer, account, store];
    this.#daily = daily;
    this.#unsettled = unsettled;
  }

  /**
   * Signs it, keeps it, and gives it to a node.
   * @throws {RefusedTransaction} If the node does not take it, and none has it.
   */
  async send(fees: Fees): Promise<void> {
    const hash = await this.#sign(fees);
    const refusal = await this.#broadcast();
    if (refusal === undefined || (await this.#isKnown(hash))) return;
    throw new RefusedTransaction(refusal);
  }

  /**
   * Waits until it is mined, whichever of its attempts that is.
   * @returns Undefined if another transaction of the account took its place.
   * @throws {StuckTransaction} If it takes too long.
   */
  async receipt(patience: Patience): Promise<TransactionReceipt | undefined> {
    const { provider, signal, log } = this.#context;
    const deadline = performance.now() + patience.stuckMs;
    const begun = await provider.getBlockNumber();
    let [lastSent, looksGone, replacements] = [begun, 0, 0];
    for (;;) {
      const receipt = await this.#mined();
      if (receipt !== undefined) return receipt;
      const nonce = await provider.getTransactionCount(this.#account.address, "latest");
      looksGone = nonce > this.#unsettled.nonce ? looksGone + 1 : 0;
      if (looksGone === LOOKS_UNTIL_GONE) return undefined;
      const block = await provider.getBlockNumber();
      if (block - begun >= patience.stuckBlocks || performance.now() > deadline) throw this.#stuck(block - begun);
      if (looksGone === 0 && block - lastSent >= patience.replaceBlocks) {
        lastSent = block;
        if (replacements < patience.maxReplacements && (await this.#raise())) replacements++;
        const refusal = await this.#broadcast();
        if (refusal !== undefined) log.warn({ ...this.#shown(), refusal }, "transaction refused");
      }
      await sleep(patience.pollMs, undefined, { signal });
    }
  }

  /** Gives the newest attempt to a node again, which may never have got it. */
  async resend(): Promise<void> {
    const refusal = await this.#broadcast();
    this.#context.log.info({ ...this.#shown(), refusal }, "transaction found again");
  }

  async #sign(fees: Fees): Promise<string> {
    const { to, data, value, nonce, gasLimit } = this.#unsettled;
    const { chainId } = this.#account;
    const raw = await this.#signer.signTransaction({ type: 2, chainId, nonce, to, data, value, gasLimit, ...fees });
    const { hash } = Transaction.from(raw);
    if (hash === null) throw new Error("the signer gave a transaction back without a signature");
    this.#unsettled = this.#store.addAttempt(this.#unsettled, { hash, raw, ...fees });
    this.#context.log.info({ ...this.#shown(), ...printed(fees) }, "transaction signed");
    return hash;
  }

  /** Signs it with higher fees, unless those are above the limits. */
  async #raise(): Promise<boolean> {
    const { provider, config, log } = this.#context;
    const { attempts, purpose, value, gasLimit } = this.#unsettled;
    const last = attempts.at(-1);
    if (last === undefined) return false;
    const market = await fetchMarket(provider);
    const fees = raisedFees(last, market, weiOfGwei(config.maxFeeGwei));
    if (fees === undefined) return false;
    const most = value + gasLimit * fees.maxFeePerGas;
    const reason = this.#daily && beyondLimit(this.#daily, this.#store, { purpose, most, now: market.timestamp });
    if (reason !== undefined) {
      log.warn({ ...this.#shown(), reason }, "fee not raised");
      return false;
    }
    await this.#sign(fees);
    return true;
  }

  /** @returns Why the node does not take it; nothing if it does, or has it. */
  async #broadcast(): Promise<string | undefined> {
    const raw = this.#unsettled.attempts.at(-1)?.raw ?? "0x";
    try {
      await this.#context.provider.broadcastTransaction(raw);
      return undefined;
    } catch (error) {
      // No node has answered, so that one may have it.
      if (error instanceof FieldError || !(error instanceof Error) || !("code" in error)) throw error;
      const text = isError(error, "UNKNOWN_ERROR") ? JSON.stringify(error.error ?? error.message) : error.message;
      return KNOWN.test(text) ? undefined : text;
    }
  }

  async #isKnown(hash: string): Promise<boolean> {
    return (await this.#context.provider.getTransaction(hash)) !== null;
  }

  async #mined(): Promise<TransactionReceipt | undefined> {
    const { provider } = this.#context;
    for (const { hash } of this.#unsettled.attempts.toReversed()) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt !== null) return receipt;
    }
    return undefined;
  }

  #stuck(blocks: number): StuckTransaction {
    const { purpose, hash } = this.#shown();
    return new StuckTransaction(
      "transaction",
      hash,
      `for ${purpose} is not mined after ${blocks} blocks`,
      "it is waited for again in the next round; raise maxFeeGwei if gas costs more, and see that the account can pay",
    );
  }

  #shown() {
    const { purpose, nonce, attempts } = this.#unsettled;
    return { purpose, nonce, attempt: attempts.length, hash: attempts.at(-1)?.hash ?? "" };
  }
}

function printed({ maxFeePerGas, maxPriorityFeePerGas }: Fees) {
  return { maxFeeWei: `${maxFeePerGas}`, maxPriorityFeeWei: `${maxPriorityFeePerGas}` };
}
