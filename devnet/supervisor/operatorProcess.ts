import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { componentError, showEnd, startProgram, stopProcess, type ProcessEnd, type Running } from "../processes.ts";

const MAIN = fileURLToPath(new URL("../operator/main.ts", import.meta.url));
/** What bounds its memory, in MiB. */
const NODE_FLAGS = [
  ...["--max-semi-space-size=1", "--max-old-space-size=32", "--optimize-for-size", "--no-opt", "--no-maglev"],
  "--disable-warning=ExperimentalWarning",
];

/** An operator node that runs as a process of its own. */
export class OperatorProcess {
  /** Where it signs. */
  readonly url: URL;
  readonly #running: Running;

  private constructor(running: Running, port: number) {
    this.#running = running;
    this.url = new URL(`http://127.0.0.1:${port}/`);
  }

  /**
   * Starts it, and waits until it can be asked.
   * @param configFile Its configuration.
   * @throws {ComponentError} If it ends before.
   */
  static async start(name: string, configFile: string, logFile: string): Promise<OperatorProcess> {
    const args = [...NODE_FLAGS, MAIN, "--config", configFile, "--stop-with-parent"];
    const running = startProgram({ name, args, logFile, isPiped: true });
    const { stdout } = running.child;
    if (stdout === null) throw componentError({ name, logFile }, "has no output");
    const ready = new Promise<string>((resolve) => createInterface(stdout).once("line", resolve));
    const first = await Promise.race([ready, running.ended]);
    if (typeof first !== "string") throw componentError({ name, logFile }, `has ended (${showEnd(first)})`);
    return new OperatorProcess(running, (JSON.parse(first) as { port: number }).port);
  }

  get pid(): number {
    return this.#running.child.pid ?? 0;
  }

  get ended(): Promise<ProcessEnd> {
    return this.#running.ended;
  }

  /** Takes it offline, or brings it back; it goes on following the chain. */
  async setOnline(online: boolean): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(new URL("v1/online", this.url), {
      method: "POST",
      headers,
      body: JSON.stringify({ online }),
    });
    if (!response.ok) throw new Error(`operator at ${this.url.host} answers with HTTP status ${response.status}`);
  }

  async stop(): Promise<ProcessEnd> {
    return stopProcess(this.#running);
  }
}
