import { setTimeout as sleep } from "node:timers/promises";

import { id } from "ethers";

import type { Devnet } from "../../devnet/supervisor/devnet.ts";

/** A process that was killed. */
export interface Kill {
  readonly name: string;
  readonly pid: number;
}

const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 2_500];
/** More, and the devnet gives the component up. */
const MOST_OF_ONE = 4;

/** Kills processes of a devnet that runs in this process, at moments that follow from a seed. */
export class ProcessKiller {
  readonly kills: Kill[] = [];
  readonly #devnet: Devnet;
  readonly #seed: string;
  #draws = 0;
  #isStopped = false;
  #run: Promise<void> = Promise.resolve();

  constructor(devnet: Devnet, seed: string) {
    this.#devnet = devnet;
    this.#seed = seed;
  }

  start(): void {
    this.#run = this.#killOn();
  }

  /** Kills no more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#run;
  }

  /** Kills all components with those names at once. */
  async kill(...names: readonly string[]): Promise<void> {
    const { processes } = await this.#devnet.status();
    for (const { name, pid } of processes) if (names.includes(name)) this.#killOne({ name, pid });
  }

  async #killOn(): Promise<void> {
    while (!this.#isStopped) {
      await sleep(SHORTEST_PAUSE_MS + this.#draw(LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
      const { processes } = await this.#devnet.status();
      const left = processes.filter(({ name }) => name !== "supervisor" && this.#countOf(name) < MOST_OF_ONE);
      const victim = left[this.#draw(left.length)];
      if (victim === undefined) return;
      this.#killOne(victim);
    }
  }

  #killOne({ name, pid }: Kill): void {
    process.kill(pid, "SIGKILL");
    this.kills.push({ name, pid });
  }

  #countOf(name: string): number {
    return this.kills.filter((kill) => kill.name === name).length;
  }

  #draw(below: number): number {
    return Number(BigInt(id(`${this.#seed}/${this.#draws++}`)) % BigInt(Math.max(1, below)));
  }
}
