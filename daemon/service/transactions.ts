import type { AbstractSigner, TransactionReceipt } from "ethers";
import type { Counter } from "prom-client";

import type { DailyLimit } from "./dailyLimit.ts";
import { hideAddresses } from "./logger.ts";
import { PendingTransaction, RefusedTransaction, type Patience } from "./pendingTransaction.ts";
import type { SenderContext, Sending, Sent } from "./sending.ts";
import { SpendingStore, type Account, type Unsettled } from "./spendingStore.ts";
import { planTransaction, revertReason, type Obstacle, type TransactionPlan } from "./transactionPlan.ts";

export type { SenderContext, Sending, Sent } from "./sending.ts";

/** How much may be spent, and where that is kept. */
export interface SendingLimits {
  /** Any amount if left out. */
  readonly daily?: DailyLimit;
  readonly store: SpendingStore;
}

/** The account that sends. */
interface Sender {
  readonly signer: AbstractSigner;
  readonly account: Account;
}

const PATIENCE: Patience = {
  pollMs: 2_000,
  replaceBlocks: 5,
  maxReplacements: 6,
  stuckBlocks: 60,
  stuckMs: 15 * 60_000,
};

/**
 * Sends transactions of a daemon, one at a time. Each is kept before it leaves, so that after a crash it is found again
 * and waited for instead of being sent twice.
 */
export class TransactionSender {
  readonly #context: SenderContext;
  readonly #limits: SendingLimits;
  readonly #patience: Patience;
  readonly #total: Counter;
  /** By purpose, why the last one was skipped: a round every few seconds must not fill the log. */
  readonly #skipped = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param limits If left out, there are none, and a crash forgets what was sent. */
  constructor(
    context: SenderContext,
    limits: SendingLimits = { store: new SpendingStore(":memory:") },
    patience: Partial<Patience> = {},
  ) {
    [this.#context, this.#limits, this.#patience] = [context, limits, { ...PATIENCE, ...patience }];
    const help = "Transactions by what for, and what became of them";
    this.#total = context.metrics.counter("transactions_total", help, ["purpose", "result"]);
  }

  /**
   * Sends a transaction, after all that were asked for before, and waits until it is mined. It is skipped where the
   * contract would refuse, gas costs too much, the daily limit is reached, the account has too little, or in a dry run.
   * @throws {StuckTransaction} If it is not mined for long, even with higher fees.
   * @throws {ExecutionError} If no execution node answers.
   */
  send(sending: Sending): Promise<Sent> {
    return this.#inTurn(() => this.#sendNow(sending));
  }

  /**
   * Waits for what was sent and never settled, before a crash, or because it was stuck, without sending anything else.
   * @throws {StuckTransaction} If it is not mined for long, even with higher fees.
   * @throws {ExecutionError} If no execution node answers.
   */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      const sender = await this.#sender();
      if (sender !== undefined) await this.#finish(sender);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Nobody in a dry run. */
  async #sender(): Promise<Sender | undefined> {
    const { signer, provider, isDryRun } = this.#context;
    if (signer === undefined || isDryRun) return undefined;
    const { chainId } = await provider.getNetwork();
    return { signer, account: { address: await signer.getAddress(), chainId } };
  }

  async #sendNow(sending: Sending): Promise<Sent> {
    const { purpose } = sending;
    try {
      const sent = await this.#attempt(sending);
      this.#total.inc({ purpose, result: sent.result });
      this.#log(purpose, sent);
      return sent;
    } catch (error) {
      this.#total.inc({ purpose, result: "failed" });
      throw error;
    }
  }

  async #attempt(sending: Sending): Promise<Sent> {
    const { isDryRun, log } = this.#context;
    const sender = await this.#sender();
    if (sender !== undefined) {
      const before = await this.#finish(sender, sending);
      return before ?? this.#begin(sender, sending, await this.#plan(sending));
    }
    const plan = await this.#plan(sending);
    if ("reason" in plan) return skipped(plan.reason);
    const { purpose, to, data, value = 0n } = sending;
    log.info({ purpose, to, data, value: `${value}`, gasLimit: `${plan.gasLimit}` }, "would send");
    return skipped(isDryRun ? "this is a dry run" : "there is no signer");
  }

  #plan(sending: Sending): Promise<TransactionPlan | Obstacle> {
    return planTransaction(this.#context, sending, this.#limits);
  }

  async #begin(sender: Sender, sending: Sending, plan: TransactionPlan | Obstacle): Promise<Sent> {
    if ("reason" in plan) return skipped(plan.reason);
    const { store } = this.#limits;
    const { account } = sender;
    const nonce = await this.#context.provider.getTransactionCount(account.address, "pending");
    const unsettled = store.begin(account, sending, nonce, plan.gasLimit);
    const pending = new PendingTransaction(this.#context, { ...sender, ...this.#limits }, unsettled);
    try {
      await pending.send(plan.fees);
    } catch (error) {
      if (!(error instanceof RefusedTransaction)) throw error;
      store.forget(unsettled);
      return skipped(`the node refuses it: ${hideAddresses(error.message)}`);
    }
    return this.#settle(sender, pending, unsettled);
  }

  /** @returns What became of what was never settled, if it is the same as is to be sent now. */
  async #finish(sender: Sender, sending?: Sending): Promise<Sent | undefined> {
    const { store } = this.#limits;
    const unsettled = store.unsettled(sender.account);
    if (unsettled === undefined) return undefined;
    const pending = new PendingTransaction(this.#context, { ...sender, ...this.#limits }, unsettled);
    await pending.resend();
    const sent = await this.#settle(sender, pending, unsettled);
    if (sending !== undefined && isSame(unsettled, sending) && sent.result !== "skipped") return sent;
    this.#log(unsettled.purpose, sent);
    return undefined;
  }

  async #settle(sender: Sender, pending: PendingTransaction, unsettled: Unsettled): Promise<Sent> {
    const { provider } = this.#context;
    const { store } = this.#limits;
    const receipt = await pending.receipt(this.#patience);
    if (receipt === undefined) {
      store.forget(unsettled);
      return skipped("another transaction of the account took its place");
    }
    const { hash, gasUsed, fee, status, blockNumber } = receipt;
    const block = await provider.getBlock(blockNumber);
    if (block === null) throw new Error(`the node has the receipt of ${hash}, and not its block: wait for it`);
    const spentWei = fee + (status === 1 ? unsettled.value : 0n);
    store.settle(unsettled, hash, spentWei, BigInt(block.timestamp));
    if (status === 1) return { result: "mined", hash, gasUsed, spentWei };
    return { result: "reverted", reason: await this.#reasonOf(unsettled, sender.account, receipt) };
  }

  /** Where what it failed of is still so in its block, that is the reason. */
  async #reasonOf(
    { to, data, value }: Unsettled,
    { address: from }: Account,
    receipt: TransactionReceipt,
  ): Promise<string> {
    try {
      await this.#context.provider.call({ from, to, data, value, blockTag: receipt.blockNumber });
    } catch (error) {
      return revertReason(error);
    }
    return `${receipt.hash} was mined and failed, of what is not so any more at the end of its block`;
  }

  #log(purpose: string, sent: Sent): void {
    const { log } = this.#context;
    if (sent.result === "mined") {
      const { hash, gasUsed, spentWei } = sent;
      log.info({ purpose, hash, gasUsed: `${gasUsed}`, spentWei: `${spentWei}` }, "transaction mined");
    } else if (sent.result === "reverted") log.warn({ purpose, reason: sent.reason }, "transaction reverted");
    else {
      // Amounts and times in a reason are others in every round.
      const gist = sent.reason.replace(/\d+/g, "0");
      log[this.#skipped.get(purpose) === gist ? "debug" : "info"](
        { purpose, reason: sent.reason },
        "transaction skipped",
      );
      this.#skipped.set(purpose, gist);
      return;
    }
    this.#skipped.delete(purpose);
  }
}

function skipped(reason: string): Sent {
  return { result: "skipped", reason };
}

function isSame(a: Sending, b: Sending): boolean {
  return a.to.toLowerCase() === b.to.toLowerCase() && a.data === b.data && (a.value ?? 0n) === (b.value ?? 0n);
}
