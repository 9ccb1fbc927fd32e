import "@nomicfoundation/hardhat-ethers";

import { type FunctionFragment, Interface, toQuantity } from "ethers";
import type { Artifact } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { deploySimulator } from "./deploy.ts";
import { Notation } from "./notation.ts";
import { type Outcome, Simulation } from "./simulation.ts";
import type { Step, Trace } from "./trace.ts";

/** Blocks from the one that the network fee starts in to block 0 of a trace. */
const WARM_UP_BLOCKS = 10;
const EMPTY_CLUSTER = { validatorCount: "0", networkFeeIndex: "0", index: "0", active: true, balance: "0" };
const CLUSTER_VIEWS: Partial<Record<string, string>> = {
  balance: "getBalance",
  burnRate: "getBurnRate",
  isLiquidatable: "isLiquidatable",
  isLiquidated: "isLiquidated",
  effectiveBalance: "getEffectiveBalance",
};

export interface Artifacts {
  readArtifact(name: string): Promise<Artifact>;
}

/** Replays a trace on a fresh simulated network; returns one line for each thing that differs. */
export async function replay(connection: NetworkConnection, artifacts: Artifacts, trace: Trace): Promise<string[]> {
  return await (await Replay.start(connection, artifacts, trace)).run(trace.steps);
}

class Replay {
  readonly #simulation: Simulation;
  readonly #networkInterface: Interface;
  readonly #notation: Notation;
  readonly #start: number;
  readonly #clusters = new Map<string, unknown>();
  readonly #mismatches: string[] = [];

  private constructor(simulation: Simulation, networkInterface: Interface, notation: Notation, start: number) {
    this.#simulation = simulation;
    this.#networkInterface = networkInterface;
    this.#notation = notation;
    this.#start = start;
  }

  static async start({ ethers, provider }: NetworkConnection, artifacts: Artifacts, trace: Trace): Promise<Replay> {
    const accounts = (await ethers.getSigners()).map(({ address }) => address);
    const named = new Notation(accounts, 0);
    const oracles = trace.ebOracles.map((oracle) => named.address(oracle));
    const deployed = await deploySimulator(ethers, trace.parameters, named.address(trace.dao), oracles);
    // The views were deployed one block after the network.
    await provider.request({ method: "hardhat_mine", params: [toQuantity(WARM_UP_BLOCKS - 1)] });

    const start = await ethers.provider.getBlockNumber();
    const contracts = {
      ...deployed,
      networkInterface: new Interface((await artifacts.readArtifact("ISSVNetwork")).abi),
      viewsInterface: new Interface((await artifacts.readArtifact("ISSVNetworkViews")).abi),
    };
    const notation = new Notation(accounts, start);
    const simulation = new Simulation(ethers, provider, contracts, notation);
    return new Replay(simulation, contracts.networkInterface, notation, start);
  }

  async run(steps: readonly Step[]): Promise<string[]> {
    for (const [i, step] of steps.entries()) {
      const at = `step ${i} (${step.function})`;
      const fragment = this.#networkInterface.getFunction(step.function);
      if (fragment === null) this.#mismatches.push(`${at}: unknown function`);
      else await this.#tryStep(at, step, fragment);
    }
    return this.#mismatches;
  }

  /** A call that cannot even be made differs from the recorded one too. */
  async #tryStep(at: string, step: Step, fragment: FunctionFragment): Promise<void> {
    try {
      await this.#replayStep(at, step, fragment);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#mismatches.push(`${at}: ${message.split("\n", 1).join()}`);
    }
  }

  async #replayStep(at: string, step: Step, fragment: FunctionFragment): Promise<void> {
    const outcome = await this.#simulation.perform(step);
    const ids = clusterOf(step, fragment);
    for (const { cluster } of outcome.events)
      if (ids !== undefined && cluster !== undefined) this.#clusters.set(this.#notation.canonical(ids), cluster);

    this.#compareOutcome(at, step, outcome);
    if (ids !== undefined) await this.#compareCluster(at, step, ids);
    await this.#compareNetwork(at, step);
  }

  #compareOutcome(at: string, step: Step, outcome: Outcome): void {
    this.#compare(`${at}: block`, step.block, outcome.block - this.#start);
    this.#compare(`${at}: ok`, step.ok, outcome.failure === undefined);
    if (step.error !== undefined) this.#compare(`${at}: error`, step.error, outcome.failure);
    else if (step.ok && outcome.failure !== undefined) this.#compare(`${at}: error`, undefined, outcome.failure);
    if (step.balanceChange !== undefined)
      this.#compare(`${at}: balance change`, step.balanceChange, outcome.balanceChange);

    const events = outcome.events.map(({ name, args }) => ({ name, args }));
    const recorded = step.events ?? [];
    this.#compare(`${at}: number of events`, recorded.length, events.length);
    recorded.forEach((event, i) => {
      this.#compare(`${at}: event ${i}`, event, events[i]);
    });
  }

  async #compareCluster(at: string, step: Step, ids: ClusterIds): Promise<void> {
    const cluster = this.#clusters.get(this.#notation.canonical(ids)) ?? EMPTY_CLUSTER;
    if (step.clusterAfter !== undefined) this.#compare(`${at}: cluster`, step.clusterAfter, cluster);

    const args = [ids.owner, ids.operatorIds, Object.values(cluster)];
    for (const [key, recorded] of Object.entries(step.views ?? {})) {
      const view = CLUSTER_VIEWS[key];
      this.#compare(`${at}: ${key}`, recorded, view === undefined ? "unknown view" : await this.#view(view, args));
    }
  }

  async #compareNetwork(at: string, step: Step): Promise<void> {
    for (const { id, earnings, data } of step.operators ?? []) {
      this.#compare(`${at}: operator ${id} earnings`, earnings, await this.#view("getOperatorEarnings", [id]));
      this.#compare(`${at}: operator ${id}`, data, await this.#view("getOperatorById", [id]));
    }
    if (step.networkEarnings !== undefined)
      this.#compare(`${at}: network earnings`, step.networkEarnings, await this.#view("getNetworkEarnings", []));
  }

  async #view(name: string, args: unknown[]): Promise<unknown> {
    return await this.#simulation.view(name, args);
  }

  #compare(what: string, recorded: unknown, simulated: unknown): void {
    const [left, right] = [this.#notation.canonical(recorded), this.#notation.canonical(simulated)];
    if (left !== right) this.#mismatches.push(`${what}: recorded ${left}, simulated ${right}`);
  }
}

interface ClusterIds {
  owner: unknown;
  operatorIds: unknown;
}

/** The cluster that a call is about: of the named owner, else of the caller. */
function clusterOf(step: Step, { inputs }: FunctionFragment): ClusterIds | undefined {
  const names = inputs.map(({ name }) => name);
  if (!names.includes("operatorIds")) return undefined;
  const owner = names.indexOf("clusterOwner");
  return {
    owner: owner === -1 ? step.from : step.args[owner],
    operatorIds: step.args[names.indexOf("operatorIds")],
  };
}
