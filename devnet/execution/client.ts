import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { FieldError } from "../../src/units/errors.ts";
import { executionClientArguments, LOCAL_HOST, type ExecutionClientOptions } from "./commandLine.ts";
import { callRpc, RpcError } from "./jsonRpc.ts";
import { requireFreePort } from "./ports.ts";

/** The execution client does not start, or has ended. */
export class ExecutionClientError extends FieldError {}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An execution client that runs. */
export interface ExecutionClient {
  readonly pid: number;
  /** Address of its JSON-RPC. */
  readonly rpcUrl: string;
  /** Address of its Engine API. */
  readonly engineUrl: string;
  /** Resolves when its process has ended, for whatever reason. */
  readonly ended: Promise<ProcessEnd>;
  /** Has it end in order, and ends it if that takes too long. */
  stop(): Promise<ProcessEnd>;
}

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;
const POLL_INTERVAL = 25;
const SHOWN_LINES = 12;

/**
 * Starts the execution client, and waits until it answers. It ends with this process.
 * @throws {PortError} If one of its ports is taken.
 * @throws {ExecutionClientError} If its process ends, or does not answer within half a minute.
 */
export async function startExecutionClient(options: ExecutionClientOptions): Promise<ExecutionClient> {
  await requireFreePort("rpcPort", options.rpcPort);
  await requireFreePort("enginePort", options.enginePort);
  const child = spawnClient(options);
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("exit", (code, signal) => {
      resolve({ code, signal });
    });
    child.once("error", () => {
      resolve({ code: null, signal: null });
    });
  });
  const client: ExecutionClient = {
    pid: child.pid ?? 0,
    rpcUrl: `http://${LOCAL_HOST}:${options.rpcPort}`,
    engineUrl: `http://${LOCAL_HOST}:${options.enginePort}`,
    ended,
    stop: () => stop(child, ended),
  };
  await waitUntilUp(client, options);
  return client;
}

function spawnClient(options: ExecutionClientOptions): ChildProcess {
  mkdirSync(options.dataDir, { recursive: true });
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "a");
  try {
    const child = spawn(process.execPath, executionClientArguments(options), {
      stdio: ["ignore", log, log, "ipc"],
      // What a terminal sends is for this process, which ends the client in order.
      detached: true,
      // Options of this program's Node are not the client's.
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    // The channel only tells the client that this process is gone; it keeps nothing alive.
    child.channel?.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function waitUntilUp(client: ExecutionClient, { dataDir, logFile }: ExecutionClientOptions): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  let isOver = false;
  const up = async () => {
    for (const url of [client.rpcUrl, client.engineUrl])
      while (!isOver && !(await answers(url)) && Date.now() < deadline) await sleep(POLL_INTERVAL);
    return undefined;
  };
  const end = await Promise.race([up(), client.ended]);
  isOver = true;
  if (end === undefined && Date.now() < deadline) return;
  await client.stop();
  const problem =
    end === undefined ? `does not answer within ${START_TIMEOUT / 1_000} seconds` : `has ended (${showEnd(end)})`;
  throw new ExecutionClientError(
    "execution client",
    dataDir,
    problem,
    `read ${logFile}, which ends with:\n${lastLines(logFile)}`,
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    await callRpc(url, "eth_chainId", [], START_TIMEOUT);
    return true;
  } catch (error) {
    if (error instanceof RpcError) return false;
    throw error;
  }
}

async function stop(child: ChildProcess, ended: Promise<ProcessEnd>): Promise<ProcessEnd> {
  child.kill("SIGTERM");
  const late = new AbortController();
  const kill = async () => {
    await sleep(STOP_TIMEOUT, undefined, { signal: late.signal });
    child.kill("SIGKILL");
    return ended;
  };
  const end = await Promise.race([ended, kill()]);
  late.abort();
  return end;
}

/** How a process ended, in words. */
export function showEnd({ code, signal }: ProcessEnd): string {
  if (signal !== null) return `signal ${signal}`;
  return code === null ? "it did not start" : `exit code ${code}`;
}

function lastLines(logFile: string): string {
  if (!existsSync(logFile)) return "nothing";
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
}
