import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { BeaconNode } from "../../clients/beaconNode.ts";
import { observe, type Observation } from "../../clients/observation.ts";
import { fetchSlotClock, signReport } from "../../clients/report.ts";
import { deployLocal, type LocalSuite, type SuiteOverrides } from "../../deploy/local.ts";
import { YIELDING_SLOT_SECONDS, type Preset } from "../../devnet/chainOptions.ts";
import { Devnet } from "../../devnet/supervisor/devnet.ts";
import { DevnetFolder } from "../../devnet/supervisor/folder.ts";
import type { SlotClock } from "../../src/oracle/frames.ts";
import { suiteTime } from "../../tasks/commands/devnetPool.ts";

/** Of the local committee. */
const QUORUM = 3;

const GAS_OF_COSTS = 200_000n;

/** What a pool on a devnet is started with. */
export interface LivePoolOptions {
  /** That of this process: Lodestar knows one only. */
  readonly preset?: Preset;
  readonly foreignValidators: number;
  /** Parameters of the suite, beside those that follow from the chain's clock. */
  readonly parameters?: SuiteOverrides;
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined;
  /** Takes a line for people. */
  readonly note?: (line: string) => void;
}

/** A pool on a devnet of its own, run from this process. */
export class LivePool {
  readonly devnet: Devnet;
  readonly connection: NetworkConnection<string>;
  readonly suite: LocalSuite;
  readonly beacon: BeaconNode;
  readonly clock: SlotClock;
  readonly #folder: string;

  private constructor(folder: string, parts: Pick<LivePool, "devnet" | "connection" | "suite" | "beacon" | "clock">) {
    this.#folder = folder;
    this.devnet = parts.devnet;
    this.connection = parts.connection;
    this.suite = parts.suite;
    this.beacon = parts.beacon;
    this.clock = parts.clock;
  }

  /** Starts a devnet in a temporary folder and deploys a pool to it. */
  static async start(hre: HardhatRuntimeEnvironment, options: LivePoolOptions): Promise<LivePool> {
    const folder = mkdtempSync(join(tmpdir(), "pooleth-devnet-"));
    try {
      return await LivePool.#startIn(folder, hre, options);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  static async #startIn(
    folder: string,
    hre: HardhatRuntimeEnvironment,
    { preset = "minimal", foreignValidators, parameters, signal, note = () => undefined }: LivePoolOptions,
  ): Promise<LivePool> {
    let made: { connection: NetworkConnection<string>; suite: LocalSuite } | undefined;
    const devnet = await Devnet.start({
      folder: new DevnetFolder(folder),
      settings: {
        preset,
        fork: "fulu",
        secondsPerSlot: YIELDING_SLOT_SECONDS[preset],
        genesisTime: Math.floor(Date.now() / 1_000),
        foreignValidators,
      },
      pace: "virtual",
      rpcPort: 0,
      beaconPort: 0,
      logLevel: "info",
      deploy: async ({ rpcUrl: url, settings }) => {
        const connection = await hre.network.create({ network: "local", override: { url } });
        const suite = await deployLocal(connection, { ...suiteTime(settings), ...parameters });
        made = { connection, suite };
        const addresses = { poolETH: await suite.poolETH.getAddress() };
        return { pool: { ssvNetwork: await suite.ssvNetwork.getAddress(), addresses }, operators: suite.operators };
      },
      note,
      ...(signal && { signal }),
    });
    if (made === undefined) throw new Error("the devnet has not deployed a pool");
    const beacon = new BeaconNode({ url: new URL(devnet.beaconUrl), field: "beacon node" });
    return new LivePool(folder, { devnet, ...made, beacon, clock: await fetchSlotClock(made.suite.accounting) });
  }

  /** The slot that time has come to. */
  async slot(): Promise<bigint> {
    return BigInt((await this.devnet.status()).slot);
  }

  /** Lets time pass up to a slot, without blocks if they are to be missed. */
  async advanceTo(slot: bigint, isMissed = false): Promise<void> {
    const left = Number(slot - (await this.slot()));
    if (left > 0) await this.devnet.advance(left, isMissed);
  }

  /** Lets epochs pass. */
  async advanceEpochs(epochs: number): Promise<void> {
    const { slotsPerEpoch } = await this.devnet.status();
    await this.devnet.advance(epochs * slotsPerEpoch, false);
  }

  /** What every honest member reads at a slot, once that is final. */
  async observe(refSlot: bigint): Promise<Observation> {
    const { suite } = this;
    return observe({ pool: suite, startBlock: 0 }, this.beacon, refSlot);
  }

  /**
   * Has members sign what they have observed, and applies it.
   * @param signers How many; a loss above 0.05 % of the pool takes two thirds of them.
   */
  async report({ report }: Pick<Observation, "report">, signers = QUORUM) {
    const { accounting, poolETH, members } = this.suite;
    const signatures = await signReport(poolETH, report, members.slice(0, signers));
    const estimate = await accounting.applyReport.estimateGas({ ...report }, signatures);
    // A slot later running costs may be due, which take gas that no estimate knows of.
    const gasLimit = estimate + GAS_OF_COSTS;
    const transaction = await accounting.applyReport({ ...report }, signatures, { gasLimit });
    const receipt = await transaction.wait();
    if (receipt === null) throw new Error("the report was dropped");
    return receipt;
  }

  /** Ends everything; nothing of it is kept. */
  async stop(): Promise<void> {
    await this.connection.close();
    await this.devnet.stopped();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
