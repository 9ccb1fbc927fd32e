import { writeFileSync } from "node:fs";

import { LOCAL } from "../../src/consensus/network.ts";
import type { BeaconStatus } from "../beacon/messages.ts";
import { developmentAccounts } from "../execution/accounts.ts";
import { startFront, type Front } from "../execution/front.ts";
import { executionGenesis } from "../execution/genesis.ts";
import { requireFreePort } from "../execution/ports.ts";
import { Components } from "./components.ts";
import { controlMethods, type DevnetControls } from "./controlMethods.ts";
import { TimeError, type DevnetOptions } from "./devnetOptions.ts";
import type { DevnetStatus } from "./devnetStatus.ts";
import type { ChainSettings, DeployedPool } from "./folder.ts";
import { residentMemory } from "./memory.ts";
import { writeOperatorKey } from "./operators.ts";
import { Pace, type Time } from "./pace.ts";
import { WaitingTransactions } from "./waitingTransactions.ts";

/** Ether of each development account, wei. */
const ACCOUNT_BALANCE = 1_000_000n * 10n ** 18n;

/** Everything on one machine: execution client, beacon node, operators, and a pool. */
export class Devnet implements DevnetControls {
  readonly settings: ChainSettings;
  /** Resolves when it has ended, with the error if a component was given up. */
  readonly ended: Promise<Error | undefined>;
  readonly #options: DevnetOptions;
  readonly #components: Components;
  readonly #pace: Pace;
  readonly #waiting: WaitingTransactions;
  #front: Front | undefined;
  #pool: DeployedPool | undefined;
  #stopping: Promise<void> | undefined;
  #resolveEnd: (error: Error | undefined) => void = () => undefined;

  private constructor(options: DevnetOptions, settings: ChainSettings, components: Components) {
    this.settings = settings;
    this.#options = options;
    this.#components = components;
    this.#waiting = new WaitingTransactions(components.executionUrl);
    this.ended = new Promise((resolve) => (this.#resolveEnd = resolve));
    this.#pace = new Pace(timeOf(options, settings), {
      step: (isMissed) => components.step(isMissed),
      waiting: () => this.#waiting.count(),
      onError: (error) => {
        if (this.#stopping === undefined) options.note(error.message);
      },
    });
  }

  /**
   * Starts a devnet: goes on with the chain in its folder, or begins one and has a pool deployed to it.
   * @throws {DevnetFolderError} If another process uses the folder.
   * @throws {PortError} If a port is taken.
   * @throws {FieldError} If a component does not start.
   */
  static async start(options: DevnetOptions): Promise<Devnet> {
    const { folder, rpcPort, beaconPort, note } = options;
    folder.lock();
    try {
      for (const [field, port] of Object.entries({ rpcPort, beaconPort }))
        if (port !== 0) await requireFreePort(field, port);
      const kept = folder.read();
      const settings = kept?.settings ?? options.settings;
      if (kept === undefined) beginChain(options);
      let fail = (error: Error): void => {
        note(error.message);
      };
      const components = await Components.start({
        ...options,
        settings,
        onFailure: (error) => {
          fail(error);
        },
      });
      const devnet = new Devnet(options, settings, components);
      fail = (error) => void devnet.#end(error);
      try {
        await devnet.#open(kept?.pool);
      } catch (error) {
        await devnet.stopped();
        throw error;
      }
      return devnet;
    } catch (error) {
      folder.unlock();
      throw error;
    }
  }

  /** JSON-RPC for programs and wallets. */
  get rpcUrl(): string {
    return this.#front?.url ?? "";
  }

  get beaconUrl(): string {
    return this.#components.beaconUrl;
  }

  /** The pool on it. */
  get pool(): DeployedPool {
    if (this.#pool === undefined) throw new Error("no pool is deployed yet");
    return this.#pool;
  }

  async status(): Promise<DevnetStatus> {
    const [chain, processes] = await Promise.all([this.#components.ask("status", {}), this.#components.processes()]);
    const all = [{ name: "supervisor", pid: process.pid, isOnline: true }, ...processes];
    return {
      rpcUrl: this.rpcUrl,
      beaconUrl: this.beaconUrl,
      data: this.#options.folder.path,
      pace: this.#options.pace,
      preset: this.settings.preset,
      fork: this.settings.fork,
      secondsPerSlot: this.settings.secondsPerSlot,
      ...chain,
      processes: all.map((each) => ({ ...each, memory: residentMemory(each.pid) })),
    };
  }

  async advance(slots: number, isMissed: boolean): Promise<BeaconStatus> {
    if (this.#options.pace !== "virtual")
      throw new TimeError("time", this.#options.pace, "passes by itself", "start a devnet in virtual time");
    await this.#pace.advance(slots, isMissed);
    return this.#components.ask("status", {});
  }

  async setOperator(id: string, isOnline: boolean): Promise<object> {
    await this.#components.setOperator(id, isOnline);
    return { operator: id, isOnline };
  }

  async slash(validator: string): Promise<object> {
    return this.#components.ask("slash", { validator });
  }

  /** Begins to end it. */
  stop(): Promise<object> {
    // Whoever asks over the JSON-RPC is answered before that ends.
    setImmediate(() => void this.#end());
    return Promise.resolve({ stopping: true });
  }

  /** Ends it, and waits until no process is left. */
  async stopped(): Promise<void> {
    await this.#end();
  }

  async #open(pool: DeployedPool | undefined): Promise<void> {
    const { folder, rpcPort, note, deploy } = this.#options;
    this.#front = await startFront({
      upstream: this.#components.executionUrl,
      port: rpcPort,
      accounts: developmentAccounts(),
      onTransaction: async (hash) => {
        this.#waiting.add(hash);
        this.#pace.wake();
        return Promise.resolve();
      },
      methods: controlMethods(this),
      log: note,
    });
    const { slot } = await this.#components.ask("status", {});
    this.#pace.start(slot);
    if (pool === undefined) {
      const deployment = await deploy({ rpcUrl: this.rpcUrl, settings: this.settings });
      for (const operator of deployment.operators) writeOperatorKey(folder, operator);
      this.#pool = { ...deployment.pool, operators: deployment.operators.map(({ id }) => id.toString()) };
      folder.write(this.settings, this.#pool);
    } else this.#pool = pool;
    await this.#components.startOperators(this.#pool);
  }

  async #end(error?: Error): Promise<void> {
    this.#stopping ??= this.#stopAll().then(() => {
      this.#resolveEnd(error);
    });
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    await this.#front?.close();
    await this.#pace.stop();
    await this.#components.stop();
    this.#options.folder.unlock();
  }
}

function beginChain({ folder, settings: { genesisTime } }: DevnetOptions): void {
  folder.clear();
  const accounts = Object.fromEntries(developmentAccounts().map(({ address }) => [address, ACCOUNT_BALANCE]));
  const genesis = executionGenesis({ chainId: Number(LOCAL.chainId), timestamp: genesisTime, accounts });
  writeFileSync(folder.executionGenesis, JSON.stringify(genesis));
}

function timeOf({ pace }: DevnetOptions, { secondsPerSlot, genesisTime }: ChainSettings): Time {
  return pace === "real" ? { kind: "real", slotSeconds: secondsPerSlot, genesisTime } : { kind: pace };
}
