import { setTimeout as sleep } from "node:timers/promises";

import type { BeaconCalls, BeaconStatus } from "../beacon/messages.ts";
import type { SlotOutcome } from "../beacon/slotDriver.ts";
import { startExecutionClient, type ExecutionClient } from "../execution/client.ts";
import { BeaconProcess, ExecutionAwayError } from "./beaconProcess.ts";
import type { ChainSettings, DeployedPool, DevnetFolder } from "./folder.ts";
import { freePort } from "./freePort.ts";
import { Keeper } from "./keeper.ts";
import { OperatorProcess } from "./operatorProcess.ts";
import { writeOperatorConfig } from "./operators.ts";
import { ComponentError } from "../processes.ts";

/** What the processes of a devnet need. */
export interface ComponentOptions {
  readonly folder: DevnetFolder;
  readonly settings: ChainSettings;
  /** Port of the Beacon API on 127.0.0.1. */
  readonly beaconPort: number;
  readonly logLevel: string;
  /** Takes a line for people. */
  readonly note: (line: string) => void;
  /** Called when the execution client runs again, and has all blocks. */
  readonly onExecutionRestart: () => Promise<void>;
  /** Called when a component dies again and again. */
  readonly onFailure: (error: Error) => void;
}

/** How long something is tried again while components are started again. */
const RECOVERY_MS = 60_000;
const RETRY_MS = 100;

/** The processes of a devnet. Each is started again when it dies. */
export class Components {
  /** Of the execution client itself, which signs for nobody. */
  readonly executionUrl: string;
  readonly beaconUrl: string;
  readonly #options: ComponentOptions;
  readonly #execution: Keeper<ExecutionClient>;
  readonly #beacon: Keeper<BeaconProcess>;
  readonly #operators = new Map<string, Keeper<OperatorProcess>>();
  /** Where operators sign, by their ids: elsewhere each time that they are started. */
  readonly #operatorUrls: Map<string, string>;
  readonly #offline = new Set<string>();
  #isStopping = false;

  private constructor(
    options: ComponentOptions,
    execution: Keeper<ExecutionClient>,
    beacon: Keeper<BeaconProcess>,
    urls: { executionUrl: string; beaconUrl: string; operatorUrls: Map<string, string> },
  ) {
    this.#options = options;
    this.#operatorUrls = urls.operatorUrls;
    [this.#execution, this.#beacon] = [execution, beacon];
    [this.executionUrl, this.beaconUrl] = [urls.executionUrl, urls.beaconUrl];
  }

  /**
   * Starts execution client and beacon node.
   * @throws {PortError} If a port is taken.
   * @throws {ComponentError} If one does not start.
   */
  static async start(options: ComponentOptions): Promise<Components> {
    const { folder, settings, note, onFailure } = options;
    const { preset, ...chain } = settings;
    const [rpcPort, enginePort] = [await freePort(), await freePort()];
    const operatorUrls = new Map<string, string>();
    let made: Components | undefined;
    const execution = await Keeper.start({
      name: "execution client",
      logFile: folder.log("execution"),
      start: () =>
        startExecutionClient({
          dataDir: folder.executionData,
          genesisFile: folder.executionGenesis,
          rpcPort,
          enginePort,
          logFile: folder.log("execution"),
        }),
      onRestart: async (): Promise<void> => {
        await made?.ask("catchUp", {});
        await options.onExecutionRestart();
      },
      note,
      onFailure,
    });
    const { rpcUrl, engineUrl } = await execution.current;
    try {
      let port = options.beaconPort;
      const beacon = await Keeper.start<BeaconProcess>({
        name: "beacon node",
        logFile: folder.log("beacon"),
        start: async () => {
          const { logLevel } = options;
          const beaconSettings = { store: folder.beaconStore, engineUrl, port, logLevel, ...chain };
          const started = await BeaconProcess.start(beaconSettings, preset, folder.log("beacon"));
          port = started.port;
          if (operatorUrls.size > 0) await started.call("operators", { urls: [...operatorUrls.values()] });
          return started;
        },
        note,
        onFailure,
      });
      const beaconUrl = `http://127.0.0.1:${port}`;
      made = new Components(options, execution, beacon, { executionUrl: rpcUrl, beaconUrl, operatorUrls });
      return made;
    } catch (error) {
      await execution.stop();
      throw error;
    }
  }

  /** Starts the operators of the pool, and tells the beacon node where they are. */
  async startOperators({ operators, ssvNetwork }: Pick<DeployedPool, "operators" | "ssvNetwork">): Promise<void> {
    const { folder, logLevel, note, onFailure } = this.#options;
    const chain = { executionUrl: this.executionUrl, ssvNetwork };
    await Promise.all(
      operators.map(async (id) => {
        const file = writeOperatorConfig(folder, id, chain, logLevel);
        const [name, logFile] = [`operator ${id}`, folder.log(`operator-${id}`)];
        const keeper = await Keeper.start({
          name,
          logFile,
          start: async () => {
            const operator = await OperatorProcess.start(name, file, logFile);
            if (this.#offline.has(id)) await operator.setOnline(false);
            this.#operatorUrls.set(id, operator.url.href);
            return operator;
          },
          onRestart: () => this.#nameOperators(),
          note,
          onFailure,
        });
        this.#operators.set(id, keeper);
      }),
    );
    await this.#nameOperators();
  }

  /** Lets one slot pass, however often components die meanwhile. */
  async step(isMissed: boolean): Promise<SlotOutcome> {
    let before: number | undefined;
    return this.#withBeacon(async (beacon) => {
      const { slot, headSlot } = await beacon.call("status", {});
      before ??= slot;
      // It may have passed before the beacon node could say so.
      if (slot > before) return { slot, hasBlock: slot === headSlot };
      return beacon.call("step", { isMissed });
    });
  }

  /** Where the beacon chain is. */
  async status(): Promise<BeaconStatus> {
    return this.#withBeacon((beacon) => beacon.call("status", {}));
  }

  /** Asks the beacon node for something else. */
  async ask<Name extends "slash" | "catchUp">(
    name: Name,
    ask: BeaconCalls[Name]["ask"],
  ): Promise<BeaconCalls[Name]["answer"]> {
    return (await this.#beacon.current).call(name, ask);
  }

  /**
   * Takes an operator offline, or brings it back.
   * @throws {ComponentError} If there is none with that id.
   */
  async setOperator(id: string, isOnline: boolean): Promise<void> {
    const keeper = this.#operators.get(id);
    if (keeper === undefined)
      throw new ComponentError(
        "operator",
        id,
        "is none of the devnet's",
        `name one of ${this.#operatorsById()
          .map(([id]) => id)
          .join(", ")}`,
      );
    if (isOnline) this.#offline.delete(id);
    else this.#offline.add(id);
    await (await keeper.current).setOnline(isOnline);
  }

  /** The processes by their names. */
  async processes(): Promise<{ name: string; pid: number; isOnline: boolean }[]> {
    const [execution, beacon] = await Promise.all([this.#execution.current, this.#beacon.current]);
    const operators = this.#operatorsById().map(async ([id, keeper]) => {
      const { pid } = await keeper.current;
      return { name: `operator ${id}`, pid, isOnline: !this.#offline.has(id) };
    });
    return [
      { name: "execution client", pid: execution.pid, isOnline: true },
      { name: "beacon node", pid: beacon.pid, isOnline: true },
      ...(await Promise.all(operators)),
    ];
  }

  /** Has nothing be tried again from now on. */
  giveUp(): void {
    this.#isStopping = true;
  }

  async stop(): Promise<void> {
    this.giveUp();
    await Promise.all([...this.#operators.values()].map((keeper) => keeper.stop()));
    await this.#beacon.stop();
    await this.#execution.stop();
  }

  /** They are added as they become ready. */
  #operatorsById(): [id: string, keeper: Keeper<OperatorProcess>][] {
    return [...this.#operators].sort(([a], [b]) => Number(a) - Number(b));
  }

  async #withBeacon<T>(work: (beacon: BeaconProcess) => Promise<T>): Promise<T> {
    const deadline = Date.now() + RECOVERY_MS;
    for (;;) {
      const beacon = await this.#beacon.current;
      try {
        return await work(beacon);
      } catch (error) {
        const isRecoverable = error instanceof ExecutionAwayError || (await hasEnded(beacon));
        if (!isRecoverable || this.#isStopping || Date.now() > deadline) throw error;
        await sleep(RETRY_MS);
        await this.#execution.current;
      }
    }
  }

  async #nameOperators(): Promise<void> {
    const beacon = await this.#beacon.current;
    await beacon.call("operators", { urls: [...this.#operatorUrls.values()] });
  }
}

async function hasEnded({ ended }: BeaconProcess): Promise<boolean> {
  const soon = sleep(RETRY_MS).then(() => undefined);
  return (await Promise.race([ended, soon])) !== undefined;
}
