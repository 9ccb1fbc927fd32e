import type { Logger } from "pino";

import { Backoff } from "../oracle/backoff.ts";
import type { Sent } from "../service/sending.ts";
import type { TransactionSender } from "../service/transactions.ts";
import type { ActionLedger } from "./actionLedger.ts";
import type { Errand, KeeperAction } from "./keeperAction.ts";
import type { KeeperMetrics } from "./keeperMetrics.ts";
import { KeeperRound, type KeeperPool } from "./keeperRound.ts";
import { logFields } from "./logFields.ts";
import { SaidOnce } from "./saidOnce.ts";

/** An action that finds more to do after each transaction goes on in the next round. */
const MOST_PASSES = 8;

/** Sends transactions within the limits of gas price and daily spending, one at a time. */
export type Sender = Pick<TransactionSender, "send" | "finish">;

/** What errands are done with. */
export interface RunnerTools {
  readonly keeper: KeeperPool;
  readonly ledger: ActionLedger;
  readonly metrics: KeeperMetrics;
  readonly log: Logger;
  /** Nothing is sent in a dry run. */
  readonly sender: Sender | undefined;
  /** Account that sends; undefined for nobody, in a dry run. */
  readonly account: string | undefined;
  readonly signal: AbortSignal;
}

type Failed = Exclude<Sent, { readonly result: "mined" }>;

/** What is left of a pass: errands that were not mined, and whether there is more to do. */
interface Pass {
  readonly failed: readonly { readonly errand: Errand; readonly sent: Failed }[];
  /** Whether anything was handed to the sender. */
  readonly sent: boolean;
  readonly goesOn: boolean;
}

/** Does what actions find to do, each errand once. */
export class ActionRunner {
  readonly #tools: RunnerTools;
  readonly #said: SaidOnce;
  /** Of actions whose transactions fail once they are mined: whoever wants that to cost gas cannot have it each round. */
  readonly #backoff = new Backoff();

  constructor(tools: RunnerTools) {
    this.#tools = tools;
    this.#said = new SaidOnce(tools.log);
  }

  /**
   * Lets an action do what it finds, ever less often while what it sends is mined and fails.
   * @param first The pass that it looks at the chain in; later ones are begun anew.
   * @returns The pass in which the next action is to look: a new one if this one has sent something.
   * @throws What keeps it from looking or sending.
   */
  async run(action: KeeperAction, first: KeeperRound): Promise<KeeperRound> {
    let round = first;
    if (!this.#backoff.isDue(action.name)) return round;
    for (let pass = 0; pass < MOST_PASSES && !this.#tools.signal.aborted; pass++) {
      const { errands, idle, warnings = [] } = await action.plan(round);
      this.#warn(action, warnings);
      if (errands.length === 0) {
        this.#said.say(action.name, "debug", idle, { action: action.name });
        this.#said.say(`${action.name} problem`, "warn", undefined);
        return round;
      }
      const { failed, sent, goesOn } = await this.#do(action, errands, round);
      if (sent) round = await KeeperRound.begin(this.#tools.keeper);
      if (failed.length > 0) await this.#explain(action, failed, round);
      if (!goesOn) return round;
    }
    return round;
  }

  async #do(action: KeeperAction, errands: readonly Errand[], round: KeeperRound): Promise<Pass> {
    const failed: { errand: Errand; sent: Failed }[] = [];
    let [sent, goesOn] = [false, false];
    for (const errand of errands) {
      if (this.#tools.signal.aborted) break;
      const outcome = await this.#send(action, errand, round);
      if (outcome === undefined) continue;
      sent = true;
      if (outcome.result === "mined") goesOn ||= errand.leadsOn === true;
      else failed.push({ errand, sent: outcome });
    }
    return { failed, sent, goesOn };
  }

  /** What became of an errand; undefined if it was not to be sent, or is under way. */
  async #send(action: KeeperAction, errand: Errand, { provider, now }: KeeperRound): Promise<Sent | undefined> {
    const { ledger, log, metrics, sender, account } = this.#tools;
    const { key, to, data, value, details } = errand;
    const { name } = action;
    if (sender === undefined || account === undefined) {
      this.#said.say(`dry run ${key}`, "info", `would send ${key}`, { action: name, to, value, ...details });
      metrics.count(name, "dry_run");
      return undefined;
    }
    if (!(await ledger.isOpen(key, { provider, account, now }))) {
      this.#said.say(name, "debug", "sent before, and not on the chain yet", { action: name, key });
      return undefined;
    }
    const nonce = await provider.getTransactionCount(account, "pending");
    ledger.begin(key, { action: name, nonce, at: now });
    const sent = await sender.send({ purpose: name, to, data, ...(value !== undefined && { value }) });
    if (sent.result !== "mined") {
      ledger.forget(key);
      if (sent.result === "reverted") this.#backoff.failed(name);
      return sent;
    }
    ledger.complete(key, sent.hash);
    this.#backoff.succeeded(name);
    metrics.count(name, "mined");
    log.info(logFields({ action: name, ...details, ...sent }), "done");
    return sent;
  }

  /** Tells races that others won, which are none of the keeper's business any more, from what keeps it from its work. */
  async #explain(action: KeeperAction, failed: Pass["failed"], round: KeeperRound): Promise<void> {
    const { log, metrics } = this.#tools;
    const { errands } = await action.plan(round);
    const left = new Set(errands.map(({ key }) => key));
    const problems: string[] = [];
    for (const { errand, sent } of failed) {
      const isLost = !left.has(errand.key);
      metrics.count(action.name, isLost ? "lost" : sent.result);
      const { reason } = sent;
      if (isLost) log.info(logFields({ action: action.name, ...errand.details, reason }), "overtaken by others");
      else problems.push(reason);
    }
    const text = problems.length === 0 ? undefined : `not sent: ${problems.join("; ")}`;
    // Amounts and times in a reason are others in every round.
    this.#said.say(`${action.name} problem`, "warn", text, { action: action.name }, text?.replace(/\d+/g, "0"));
  }

  #warn({ name }: KeeperAction, warnings: readonly string[]): void {
    const text = warnings.length === 0 ? undefined : warnings.join("; ");
    this.#said.say(`${name} warning`, "warn", text, { action: name });
  }
}
