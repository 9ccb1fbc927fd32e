import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

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

/** Ether of each development account, wei. */
const ACCOUNT_BALANCE = 1_000_000n * 10n ** 18n;
/** How long the slot that passes is waited for at the end. */
const STEP_MS = 5_000;
/** How long whoever asks waits for an execution client that is started again. */
const RESTART_MS = 20_000;

/** Everything on one machine: execution client, beacon node, operators, and a pool. */
export class Devnet implements DevnetControls {
  readonly settings: ChainSettings;
  /** Resolves when it has ended, with the error if a component was given up. */
  readonly ended: Promise<Error | undefined>;
  readonly #options: DevnetOptions;
  readonly #components: Components;
  readonly #pace: Pace;
  /** Aborted as soon as it is to end. */
  readonly #ending = new AbortController();
  #front: Front | undefined;
  #pool: DeployedPool | undefined;
  #stopping: Promise<void> | undefined;
  #resolveEnd: (error: Error | undefined) => void = () => undefined;

  private constructor(options: DevnetOptions, settings: ChainSettings, components: Components) {
    this.settings = settings;
    this.#options = options;
    this.#components = components;
    this.ended = new Promise((resolve) => (this.#resolveEnd = resolve));
    this.#pace = new Pace(timeOf(options, settings), {
      step: (isMissed) => components.step(isMissed),
      waiting: async () => (await this.#front?.waiting()) ?? 0,
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
   * @throws {DOMException} If the signal is aborted before it has started.
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
      const made: { devnet?: Devnet } = {};
      const components = await Components.start({
        ...options,
        settings,
        onExecutionRestart: async () => {
          if (made.devnet !== undefined) await made.devnet.#handInAgain();
        },
        onFailure: (error) => {
          if (made.devnet === undefined) note(error.message);
          else void made.devnet.#end(error);
        },
      });
      const devnet = new Devnet(options, settings, components);
      made.devnet = devnet;
      try {
        await devnet.#open(kept?.pool);
      } catch (error) {
        await devnet.stopped();
        // What was given up is why the rest failed.
        throw (await devnet.ended) ?? error;
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
    const [chain, processes] = await Promise.all([this.#components.status(), this.#components.processes()]);
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
    return this.#components.status();
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
    const { folder, rpcPort, note, deploy, signal } = this.#options;
    signal?.throwIfAborted();
    this.#front = await startFront({
      upstream: this.#components.executionUrl,
      port: rpcPort,
      accounts: developmentAccounts(),
      onTransaction: async () => {
        this.#pace.wake();
        return Promise.resolve();
      },
      methods: controlMethods(this),
      log: note,
      patience: RESTART_MS,
    });
    const { slot } = await this.#components.status();
    this.#pace.start(slot);
    if (pool === undefined) {
      const signals = [this.#ending.signal, ...(signal === undefined ? [] : [signal])];
      const chain = { rpcUrl: this.rpcUrl, settings: this.settings };
      const deployment = await deploy(chain, AbortSignal.any(signals));
      for (const operator of deployment.operators) writeOperatorKey(folder, operator);
      this.#pool = { ...deployment.pool, operators: deployment.operators.map(({ id }) => id.toString()) };
      folder.write(this.settings, this.#pool);
    } else this.#pool = pool;
    signal?.throwIfAborted();
    await this.#components.startOperators(this.#pool);
  }

  /** An execution client that was started again knows no transactions but those in blocks. */
  async #handInAgain(): Promise<void> {
    if (((await this.#front?.waiting()) ?? 0) > 0) this.#pace.wake();
  }

  async #end(error?: Error): Promise<void> {
    this.#stopping ??= this.#stopAll().then(() => {
      this.#resolveEnd(error);
    });
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#ending.abort();
    this.#components.giveUp();
    await this.#front?.close();
    await Promise.race([this.#pace.stop(), sleep(STEP_MS, undefined, { ref: false })]);
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
