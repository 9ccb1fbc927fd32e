import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { NODE_FLAGS } from "../../../daemon/service/nodeFlags.ts";

/** A line of a daemon's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string };

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const POLL_MS = 100;
const START_MS = 60_000;
const MOST_LINES = 2_000;
const MOST_TEXT = 10_000;

/** What a daemon is started with. */
export interface DaemonOptions {
  readonly kind: "oracle" | "keeper";
  readonly name: string;
  /** Folder of its configuration and data. */
  readonly folder: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly monitoringPort: number };
  /** Of the environment variable that the configuration names. */
  readonly privateKey: string;
}

/** Variable that has a daemon's key. */
export const KEY_VARIABLE = "POOLETH_TEST_KEY";

/** An oracle member or a keeper as a service runs it: plain Node in a process of its own. */
export class DaemonProcess {
  readonly name: string;
  readonly lines: LogLine[] = [];
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);
  #rest = "";
  #stderr = "";

  constructor(options: DaemonOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Starts it, and does not wait. */
  start(): void {
    const { kind, folder, config, privateKey } = this.#options;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(config));
    const args = [...NODE_FLAGS, "--import", "tsx", join(ROOT, "daemon", kind, "main.ts"), "--config", file];
    const env = { ...process.env, [KEY_VARIABLE]: privateKey, NODE_OPTIONS: "--disable-warning=ExperimentalWarning" };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => {
      this.#read(chunk.toString());
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-MOST_TEXT);
    });
    this.#ended = new Promise((resolve) => {
      child.once("close", resolve);
    });
    this.#child = child;
  }

  /** Waits until a round has succeeded. */
  async untilReady(): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until && this.#child?.exitCode == null) {
      const response = await fetch(`${this.monitoringUrl}/readyz`).catch(() => undefined);
      if (response?.ok === true) return;
      await sleep(POLL_MS);
    }
    throw new Error(`${this.name} is not ready: ${this.#stderr}${JSON.stringify(this.lines.slice(-5))}`);
  }

  /** Sends it a signal: SIGSTOP leaves it behind, SIGCONT has it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it, and says with which exit code; nothing if a signal ended it. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.signal("SIGCONT");
    this.signal(signal);
    return this.#ended;
  }

  /** Values of its metrics, by name and labels as they are written. */
  async metrics(): Promise<Map<string, number>> {
    const text = await (await fetch(`${this.monitoringUrl}/metrics`)).text();
    const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      rows.map((row) => [row.slice(0, row.lastIndexOf(" ")), Number(row.slice(row.lastIndexOf(" ") + 1))]),
    );
  }

  /** Where it serves its metrics and how it is. */
  get monitoringUrl(): string {
    return `http://127.0.0.1:${this.#options.config.monitoringPort}`;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.lines.push(...lines.map((line) => JSON.parse(line) as LogLine));
    if (this.lines.length > MOST_LINES) this.lines.splice(0, this.lines.length - MOST_LINES);
  }
}
