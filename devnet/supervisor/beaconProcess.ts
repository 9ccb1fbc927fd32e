import { fileURLToPath } from "node:url";

import type { Preset } from "../chainOptions.ts";
import type { Answer, BeaconCalls, BeaconSettings, Question, Ready } from "../beacon/messages.ts";
import {
  ComponentError,
  componentError,
  showEnd,
  startProgram,
  stopProcess,
  type ProcessEnd,
  type Running,
} from "../processes.ts";

/** The beacon node could not do something because the execution client was away. */
export class ExecutionAwayError extends ComponentError {}

const MAIN = fileURLToPath(new URL("../beacon/main.ts", import.meta.url));
/** What bounds its memory, in MiB. */
const NODE_FLAGS = ["--max-semi-space-size=2", "--max-old-space-size=512"];
const NAME = "beacon node";

/** A beacon node that runs as a process of its own. */
export class BeaconProcess {
  /** Port of its Beacon API. */
  readonly port: number;
  readonly #running: Running;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;

  private constructor(running: Running, port: number) {
    this.#running = running;
    this.port = port;
    running.child.on("message", (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    void running.ended.then((end) => {
      for (const [id, settle] of this.#waiting) settle({ id, error: gone(end), isExecutionError: false });
      this.#waiting.clear();
    });
  }

  /**
   * Starts it, and waits until it is at the head of its chain.
   * @throws {ComponentError} If it ends before.
   */
  static async start(settings: BeaconSettings, preset: Preset, logFile: string): Promise<BeaconProcess> {
    const args = [...NODE_FLAGS, MAIN, JSON.stringify(settings)];
    const running = startProgram({ name: NAME, args, env: { LODESTAR_PRESET: preset }, logFile, isPiped: false });
    const ready = new Promise<Ready>((resolve) => running.child.once("message", resolve));
    const first = await Promise.race([ready, running.ended]);
    if (!("ready" in first)) throw componentError({ name: NAME, logFile }, `has ended (${showEnd(first)})`);
    return new BeaconProcess(running, first.port);
  }

  get pid(): number {
    return this.#running.child.pid ?? 0;
  }

  get ended(): Promise<ProcessEnd> {
    return this.#running.ended;
  }

  /**
   * Asks it for something.
   * @throws {ExecutionAwayError} If it needed the execution client, and that was away.
   * @throws {ComponentError} If it fails, or ends before it answers.
   */
  async call<Name extends keyof BeaconCalls>(
    name: Name,
    ask: BeaconCalls[Name]["ask"],
  ): Promise<BeaconCalls[Name]["answer"]> {
    const { child } = this.#running;
    const id = ++this.#id;
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      child.send({ id, name, ask } satisfies Question, (error) => {
        if (error !== null) resolve({ id, error: error.message, isExecutionError: false });
      });
    });
    this.#waiting.delete(id);
    if ("answer" in answer) return answer.answer;
    const ErrorType = answer.isExecutionError ? ExecutionAwayError : ComponentError;
    throw new ErrorType(NAME, name, `fails: ${answer.error}`, "see its log");
  }

  async stop(): Promise<ProcessEnd> {
    return stopProcess(this.#running);
  }
}

function gone(end: ProcessEnd): string {
  return `it has ended (${showEnd(end)})`;
}
