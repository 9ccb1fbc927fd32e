import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { DevnetClient } from "../../devnet/devnetClient.ts";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote for people. */
  readonly stderr: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HARDHAT = join(ROOT, "node_modules", ".bin", "hardhat");
const POLL_MS = 20;
const READY = "ready: ";

/** `devnet up` as a user starts it: the process goes on as the devnet's supervisor. */
export class DevnetProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended. */
  readonly ended: Promise<CommandEnd>;
  #stdout = "";
  #stderr = "";

  private constructor(options: readonly string[]) {
    const ports = ["--port", "--beacon-port"].filter((option) => !options.includes(option));
    const args = ["devnet", "up", "--json", ...ports.flatMap((option) => [option, "0"]), ...options];
    // In a group of its own, as a shell would have it.
    this.child = spawn(HARDHAT, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.ended = new Promise((resolve) => {
      this.child.once("close", (code, signal) => {
        resolve({ code, signal, stderr: this.#stderr });
      });
    });
  }

  /** Starts it, and does not wait. */
  static begin(options: readonly string[] = []): DevnetProcess {
    return new DevnetProcess(options);
  }

  /** Starts it, and waits until it can be used. */
  static async start(options: readonly string[] = []): Promise<DevnetProcess> {
    const devnet = new DevnetProcess(options);
    await devnet.until(READY);
    return devnet;
  }

  /** Waits until it has told people something. */
  async until(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error(`devnet up has ended: ${this.#stderr}`);
      await sleep(POLL_MS);
    }
  }

  /** Its id, which is the supervisor's. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has told people. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Addresses and places that it printed when it was ready. */
  get started(): { readonly rpcUrl: string; readonly beaconUrl: string; readonly addresses: Record<string, string> } {
    return JSON.parse(this.#stdout) as DevnetProcess["started"];
  }

  get client(): DevnetClient {
    return new DevnetClient(this.started.rpcUrl);
  }

  /** Ends it with a signal, unless it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<CommandEnd> {
    this.child.kill(signal);
    return this.ended;
  }
}
