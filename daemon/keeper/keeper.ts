import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { networkByChainId } from "../../clients/networks.ts";
import { connectPool } from "../../clients/pool.ts";
import type { KeeperConfig } from "../config/keeperConfig.ts";
import { collectSignedMessages } from "../exchange/peers.ts";
import { BatchContents } from "../service/batchContents.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { hideAddresses } from "../service/logger.ts";
import { StuckTransaction } from "../service/pendingTransaction.ts";
import { SpendingStore } from "../service/spendingStore.ts";
import { TransactionSender } from "../service/transactions.ts";
import { ActionLedger } from "./actionLedger.ts";
import { ActionRunner, type Sender } from "./actionRunner.ts";
import { configuredActions } from "./actions/configuredActions.ts";
import { BatchRegistry } from "./batchRegistry.ts";
import type { KeeperAction } from "./keeperAction.ts";
import { KeeperMetrics } from "./keeperMetrics.ts";
import { KeeperRound, type KeeperPool } from "./keeperRound.ts";
import { MemberQuestions, type AskMembers } from "./memberQuestions.ts";
import { dailyLimit } from "./dailySpending.ts";
import { fetchFigures } from "./poolFigures.ts";
import { warningsOf } from "./poolWarnings.ts";
import { SaidOnce } from "./saidOnce.ts";

/** What a keeper reaches others through. */
export interface KeeperPeers {
  /** Not asked for anything in a dry run. */
  readonly sender: Sender;
  readonly askMembers: AskMembers;
}

/** Seconds for which what was spent is shown. */
const DAY = 86_400n;

/**
 * A keeper with all that it needs: it sends within the limits of its configuration, and asks the members there.
 * @throws {DeploymentError} If there is no such pool.
 * @throws {RecordInUseError} If another process uses the data folder.
 */
export async function openKeeper(context: DaemonContext<KeeperConfig>): Promise<Worker> {
  const { config, signal } = context;
  return Keeper.open(context, (store) => ({
    sender: new TransactionSender(context, { daily: dailyLimit(config), store }),
    askMembers: () => collectSignedMessages(config.members, { signal }),
  }));
}

/** What a keeper is made of. */
interface KeeperParts {
  readonly keeper: KeeperPool;
  readonly ledger: ActionLedger;
  readonly store: SpendingStore;
  readonly account: string | undefined;
  /** Nothing is sent in a dry run. */
  readonly sender: Sender | undefined;
  readonly metrics: KeeperMetrics;
  readonly runner: ActionRunner;
  readonly actions: readonly KeeperAction[];
}

/** A keeper: in each round it does what anybody may do and the pool needs done. */
export class Keeper implements Worker {
  readonly #context: DaemonContext<KeeperConfig>;
  readonly #parts: KeeperParts;
  readonly #said: SaidOnce;
  readonly #warned = new Set<string>();

  private constructor(context: DaemonContext<KeeperConfig>, parts: KeeperParts) {
    this.#context = context;
    this.#parts = parts;
    this.#said = new SaidOnce(context.log);
  }

  /**
   * Connects to the pool, and takes the data folder.
   * @param connect Says through what it reaches others; the store is of what it spends.
   * @throws {DeploymentError} If there is no such pool.
   * @throws {RecordInUseError} If another process uses the folder.
   */
  static async open(
    context: DaemonContext<KeeperConfig>,
    connect: (store: SpendingStore) => KeeperPeers,
  ): Promise<Keeper> {
    const { config, provider, beacons, signer, log, signal, isDryRun } = context;
    const [pool, { chainId }] = await Promise.all([connectPool(provider, config.pool), provider.getNetwork()]);
    const account = await signer?.getAddress();
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    const ledger = new ActionLedger(join(config.data, "keeper.sqlite"));
    const store = new SpendingStore(join(config.data, "spending.sqlite"));
    const { sender, askMembers } = connect(store);
    const keeper: KeeperPool = {
      ...{ provider, pool, network: networkByChainId(chainId), startBlock: config.startBlock },
      events: { cacheFolder: join(config.data, "ssv") },
      members: new MemberQuestions(askMembers, log),
      registry: new BatchRegistry(config.startBlock),
      contents: new BatchContents(),
    };
    const metrics = new KeeperMetrics(context.metrics);
    const sends = { sender: isDryRun ? undefined : sender, account };
    const runner = new ActionRunner({ ...sends, keeper, ledger, metrics, log, signal });
    const actions = configuredActions(config.actions, beacons, ledger);
    return new Keeper(context, { ...sends, keeper, ledger, store, metrics, runner, actions });
  }

  async round(): Promise<void> {
    const { actions } = this.#parts;
    const failures = await this.#act();
    await this.#watch();
    // With all of them failing, it is the node that fails, and what is stuck keeps all of them waiting: of both the
    // service has to know.
    const last = failures.at(-1);
    if (failures.length > 0 && (failures.length === actions.length || last instanceof StuckTransaction)) throw last;
  }

  /** @returns What kept actions from their work. */
  async #act(): Promise<unknown[]> {
    const { keeper, actions, runner, metrics, sender } = this.#parts;
    const failures: unknown[] = [];
    try {
      // Of what waits its errand says no more than that it was sent, so that nobody else would raise its fee.
      await sender?.finish();
    } catch (error) {
      if (error instanceof StuckTransaction) return [error];
      throw error;
    }
    let pass = await KeeperRound.begin(keeper);
    for (const action of actions) {
      if (this.#context.signal.aborted) return [];
      try {
        pass = await runner.run(action, pass);
        this.#said.say(action.name, "warn", undefined);
      } catch (error) {
        failures.push(error);
        metrics.count(action.name, "failed");
        const reason = hideAddresses(error instanceof Error ? error.message : String(error));
        this.#said.say(action.name, "warn", `failed: ${reason}`, { action: action.name });
        // The others would wait for the same transaction, one after the other.
        if (error instanceof StuckTransaction) break;
      }
    }
    return failures;
  }

  async close(): Promise<void> {
    this.#parts.store.close();
    this.#parts.ledger.close();
    return Promise.resolve();
  }

  /** Shows how the pool stands, and warns of what runs low. */
  async #watch(): Promise<void> {
    const { keeper, store, account, metrics } = this.#parts;
    const round = await KeeperRound.begin(keeper);
    const figures = await fetchFigures(round, account, store.spentSince(round.now - DAY));
    metrics.show(figures);
    const warnings = warningsOf(figures, this.#context.config.warnings);
    const standing = new Set(warnings.map(({ subject }) => subject));
    for (const subject of this.#warned) if (!standing.has(subject)) this.#said.say(subject, "warn", undefined);
    for (const { subject, text, fields } of warnings) {
      this.#warned.add(subject);
      this.#said.say(subject, "warn", text, fields);
    }
  }
}
