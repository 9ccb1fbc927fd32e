import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../devnet/operator/main.ts", import.meta.url));
const FLAGS = ["--disable-warning=ExperimentalWarning"];

/** How a process ended. */
export interface OperatorEnd {
  readonly code: number | null;
  readonly stderr: string;
}

/** An answer of an operator. */
export interface OperatorReply {
  readonly status: number;
  // Whatever the test expects.
  readonly body: Record<string, unknown>;
}

/** An operator in a process of its own. */
export interface OperatorProcess {
  readonly url: URL;
  readonly child: ChildProcess;
  /** What it has logged. */
  readonly log: () => string;
  get(path: string): Promise<OperatorReply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<OperatorReply>;
  /** Ends it with a signal, if it has not ended, and waits. */
  stop(signal?: NodeJS.Signals): Promise<OperatorEnd>;
}

/** Writes the configuration, and the key beside it. */
export function writeConfiguration(folder: string, privateKey: string, configuration: object): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "operator.pem"), privateKey, { mode: 0o600 });
  const file = join(folder, "operator.json");
  writeFileSync(file, JSON.stringify({ privateKeyFile: "operator.pem", dataFolder: "data", ...configuration }));
  return file;
}

/** Starts an operator that ends with this process, and waits until it listens. */
export async function startOperator(configurationFile: string): Promise<OperatorProcess> {
  const child = spawnOperator(["--config", configurationFile, "--stop-with-parent"]);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const first = (await Promise.race([once(lines, "line"), ended])) as [unknown];
  if (typeof first[0] !== "string" || child.exitCode !== null) throw new Error(`the operator ended: ${stderr}`);
  const { port } = JSON.parse(first[0]) as { port: number };
  const url = new URL(`http://127.0.0.1:${port}`);
  const ask = async (path: string, init?: RequestInit): Promise<OperatorReply> => {
    const response = await fetch(new URL(path, url), init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    ...{ url, child, log: () => stderr },
    get: (path) => ask(path),
    post: (path, body, headers = { "content-type": "application/json" }) =>
      ask(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) }),
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
      return { code: child.exitCode, stderr };
    },
  };
}

/** Runs an operator that is to end by itself. */
export async function runOperator(args: readonly string[]): Promise<OperatorEnd> {
  const child = spawnOperator(args);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, stderr };
}

function spawnOperator(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...FLAGS, MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"] });
}
