import { setTimeout as sleep } from "node:timers/promises";

import { componentError, showEnd, type ProcessEnd } from "../processes.ts";

/** A component that runs. */
export interface Component {
  readonly ended: Promise<ProcessEnd>;
  stop(): Promise<ProcessEnd>;
}

/** How a component is kept running. */
export interface KeeperOptions<T extends Component> {
  readonly name: string;
  /** Where it logs. */
  readonly logFile: string;
  /** Starts it, on what it left behind; leaves no process if it fails. */
  readonly start: () => Promise<T>;
  /** Called each time that it runs again, and not waited for. */
  readonly onRestart?: () => Promise<void>;
  /** Takes a line for people. */
  readonly note: (line: string) => void;
  /** Called when it is given up. */
  readonly onFailure: (error: Error) => void;
}

/** How often a component may die within the period, or fail to start one time after the other, before it is given up. */
const MAX_DEATHS = 5;
const PERIOD_MS = 20_000;
const PAUSE_MS = 200;

/** Starts a component again whenever it dies, until it dies too often. */
export class Keeper<T extends Component> {
  readonly #options: KeeperOptions<T>;
  readonly #deaths: number[] = [];
  #current: Promise<T>;
  /** The last one that was started. */
  #newest: T;
  #isStopping = false;

  private constructor(options: KeeperOptions<T>, first: T) {
    this.#options = options;
    this.#current = Promise.resolve(first);
    this.#newest = first;
    this.#watch(first);
  }

  /** Starts the component for the first time: if that fails, it is not tried again. */
  static async start<T extends Component>(options: KeeperOptions<T>): Promise<Keeper<T>> {
    return new Keeper(options, await options.start());
  }

  /**
   * The component that runs; while it is started again, the next one.
   * @throws {Error} If it was given up.
   */
  get current(): Promise<T> {
    return this.#current;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#current.catch(() => undefined);
    await this.#newest.stop();
  }

  #watch(component: T): void {
    void component.ended.then((end) => {
      if (this.#isStopping) return;
      this.#current = this.#startAgain(end);
      this.#current.catch((error: unknown) => {
        if (!this.#isStopping) this.#options.onFailure(error as Error);
      });
    });
  }

  async #startAgain(end: ProcessEnd): Promise<T> {
    const { name, note, start, onRestart } = this.#options;
    const now = Date.now();
    this.#deaths.push(now);
    const recent = this.#deaths.filter((time) => now - time < PERIOD_MS);
    if (recent.length > MAX_DEATHS)
      throw this.#givenUp(
        `has ended ${recent.length} times within ${PERIOD_MS / 1_000} seconds, the last time with ${showEnd(end)}`,
      );
    note(`the ${name} has ended (${showEnd(end)}), and is started again`);
    for (let failures = 1; ; failures++) {
      await sleep(PAUSE_MS);
      try {
        this.#newest = await start();
        break;
      } catch (error) {
        // What it needs may be away, too.
        if (this.#isStopping) throw error;
        note((error as Error).message);
        if (failures === MAX_DEATHS) throw this.#givenUp(`does not start, tried ${failures} times`);
      }
    }
    this.#watch(this.#newest);
    onRestart?.().catch((error: unknown) => {
      if (!this.#isStopping) note((error as Error).message);
    });
    return this.#newest;
  }

  #givenUp(problem: string): Error {
    return componentError(this.#options, problem);
  }
}
