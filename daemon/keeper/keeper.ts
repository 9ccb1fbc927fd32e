import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { networkByChainId } from "../../clients/networks.ts";
import { connectPool } from "../../clients/pool.ts";
import type { KeeperConfig } from "../config/keeperConfig.ts";
import type { DaemonContext, Worker } from "../service/context.ts";
import { ActionLedger } from "./actionLedger.ts";
import { ActionRunner } from "./actionRunner.ts";
import { configuredActions } from "./actions/configuredActions.ts";
import { BatchRegistry } from "./batchRegistry.ts";
import type { KeeperAction } from "./keeperAction.ts";
import { KeeperMetrics } from "./keeperMetrics.ts";
import { KeeperRound, type KeeperPool } from "./keeperRound.ts";
import type { MessageSource } from "./memberMessages.ts";
import { fetchFigures } from "./poolFigures.ts";
import { warningsOf } from "./poolWarnings.ts";
import { SaidOnce } from "./saidOnce.ts";
import type { Sender } from "./sender.ts";

/** What a keeper reaches others through. */
export interface KeeperPeers {
  /** Not asked for anything in a dry run. */
  readonly sender: Sender;
  readonly askMembers: MessageSource;
}

/**
 * Opens a keeper: it does what anybody may do and the pool needs done.
 * @throws {DeploymentError} If there is no pool at the address.
 */
export async function openKeeper(context: DaemonContext<KeeperConfig>, peers: KeeperPeers): Promise<Worker> {
  const { config, provider, beacons, signer, log, metrics, signal, isDryRun } = context;
  const [pool, { chainId }] = await Promise.all([connectPool(provider, config.pool), provider.getNetwork()]);
  const account = await signer?.getAddress();
  mkdirSync(config.data, { recursive: true });
  const ledger = new ActionLedger(join(config.data, "keeper.sqlite"));
  const keeper: KeeperPool = {
    ...{ provider, pool, network: networkByChainId(chainId), startBlock: config.startBlock },
    events: { cacheFolder: join(config.data, "ssv") },
    askMembers: peers.askMembers,
    registry: new BatchRegistry(config.startBlock),
    ceremonies: new Map(),
  };
  const sender = isDryRun ? undefined : peers.sender;
  const shown = new KeeperMetrics(metrics);
  const tools = { keeper, ledger, metrics: shown, log, sender, account, signal };
  return new Keeper(context, {
    ...{ keeper, ledger, account, metrics: shown },
    runner: new ActionRunner(tools),
    actions: configuredActions(config.actions, beacons, ledger),
  });
}

/** What a keeper is made of. */
interface KeeperParts {
  readonly keeper: KeeperPool;
  readonly ledger: ActionLedger;
  readonly account: string | undefined;
  readonly metrics: KeeperMetrics;
  readonly runner: ActionRunner;
  readonly actions: readonly KeeperAction[];
}

class Keeper implements Worker {
  readonly #context: DaemonContext<KeeperConfig>;
  readonly #parts: KeeperParts;
  readonly #said: SaidOnce;
  readonly #warned = new Set<string>();

  constructor(context: DaemonContext<KeeperConfig>, parts: KeeperParts) {
    this.#context = context;
    this.#parts = parts;
    this.#said = new SaidOnce(context.log);
  }

  async round(): Promise<void> {
    const { actions, runner, metrics } = this.#parts;
    const failures: unknown[] = [];
    let pass = await KeeperRound.begin(this.#parts.keeper);
    for (const action of actions) {
      if (this.#context.signal.aborted) return;
      try {
        pass = await runner.run(action, pass);
        this.#said.say(action.name, "warn", undefined);
      } catch (error) {
        failures.push(error);
        metrics.count(action.name, "failed");
        const reason = error instanceof Error ? error.message : String(error);
        this.#said.say(action.name, "warn", `failed: ${reason}`, { action: action.name });
      }
    }
    await this.#watch();
    // With all of them failing, it is the node that fails, of which the service has to know.
    const [first] = failures;
    if (failures.length > 0 && failures.length === actions.length) throw first;
  }

  async close(): Promise<void> {
    this.#parts.ledger.close();
    return Promise.resolve();
  }

  /** Shows how the pool stands, and warns of what runs low. */
  async #watch(): Promise<void> {
    const { keeper, ledger, account, metrics } = this.#parts;
    const round = await KeeperRound.begin(keeper);
    const figures = await fetchFigures(round, account, ledger.spentLately(round.now));
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
