import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { PrometheusPrograms } from "./prometheusPrograms.ts";

/** What a Prometheus is to watch. */
export interface PrometheusOptions {
  /** Daemons by their addresses, such as `http://127.0.0.1:9601`; their metrics are at `/metrics`. */
  readonly targets: readonly string[];
  /** Files of rules. */
  readonly rules?: readonly string[];
  /** Seconds between two readings, and between two evaluations of the rules. */
  readonly intervalSeconds?: number;
  /** Seconds after which it ends by itself, whatever becomes of this process. */
  readonly lifeSeconds?: number;
}

const READY_MS = 30_000;
const POLL_MS = 100;
const STOP_MS = 5_000;
const SHOWN = 2_000;

/** A real Prometheus on a free port of this machine, with its data in a temporary folder. */
export class Prometheus {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #ended: Promise<void>;
  #log = "";

  private constructor(programs: PrometheusPrograms, options: PrometheusOptions, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), "pooleth-prometheus-"));
    const config = join(this.#folder, "prometheus.yml");
    writeFileSync(config, configuration(options));
    // `timeout` ends it even if this process is killed; a group of its own keeps it from a terminal's signals.
    this.#child = spawn(
      "timeout",
      [
        "--kill-after=5",
        String(options.lifeSeconds ?? 1_800),
        programs.prometheus,
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(this.#folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--query.timeout=10s",
        "--log.level=warn",
      ],
      {
        cwd: this.#folder,
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, GOMAXPROCS: "1", GOMEMLIMIT: "256MiB" },
      },
    );
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.#log = (this.#log + chunk.toString()).slice(-SHOWN)));
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", () => {
        resolve();
      });
      this.#child.once("error", (error) => {
        this.#log += error.message;
        resolve();
      });
    });
  }

  /**
   * Starts one, and waits until it answers.
   * @throws With the end of its log if it does not.
   */
  static async start(programs: PrometheusPrograms, options: PrometheusOptions): Promise<Prometheus> {
    const prometheus = new Prometheus(programs, options, await freePort());
    try {
      await prometheus.#untilReady();
      return prometheus;
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
  }

  /** Ends it, and deletes its data. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const late = setTimeout(() => {
      this.#signal("SIGKILL");
    }, STOP_MS);
    await this.#ended;
    clearTimeout(late);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    const began = Date.now();
    while (this.#isRunning && Date.now() - began < READY_MS) {
      const answer = await fetch(`${this.url}/-/ready`, { signal: AbortSignal.timeout(STOP_MS) }).catch(
        () => undefined,
      );
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
      await sleep(POLL_MS);
    }
    throw new Error(`Prometheus does not answer at ${this.url}: ${this.#log.trim()}`);
  }

  get #isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Sends a signal to its whole group, unless it has ended. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#isRunning && this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }
}

/** JSON is YAML, too. */
function configuration({ targets, rules = [], intervalSeconds = 1 }: PrometheusOptions): string {
  const interval = `${intervalSeconds}s`;
  const hosts = targets.map((target) => new URL(target).host);
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: rules,
    scrape_configs: [{ job_name: "pooleth", static_configs: [{ targets: hosts }] }],
  });
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
