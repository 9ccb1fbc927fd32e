import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { componentError, showEnd, startProgram, stopProcess, type ProcessEnd, type Running } from "../processes.ts";
import { executionClientArguments, LOCAL_HOST, type ExecutionClientOptions } from "./commandLine.ts";
import { callRpc, RpcError } from "./jsonRpc.ts";
import { requireFreePort } from "./ports.ts";

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
const POLL_INTERVAL = 25;
const NAME = "execution client";

/**
 * Starts the execution client, and waits until it answers. It ends with this process.
 * @throws {PortError} If one of its ports is taken.
 * @throws {ComponentError} If its process ends, or does not answer within half a minute.
 */
export async function startExecutionClient(options: ExecutionClientOptions): Promise<ExecutionClient> {
  await requireFreePort("rpcPort", options.rpcPort);
  await requireFreePort("enginePort", options.enginePort);
  const running = startClient(options);
  const client: ExecutionClient = {
    pid: running.child.pid ?? 0,
    rpcUrl: `http://${LOCAL_HOST}:${options.rpcPort}`,
    engineUrl: `http://${LOCAL_HOST}:${options.enginePort}`,
    ended: running.ended,
    stop: () => stopProcess(running),
  };
  await waitUntilUp(client, options);
  return client;
}

function startClient(options: ExecutionClientOptions): Running {
  mkdirSync(options.dataDir, { recursive: true });
  const args = executionClientArguments(options);
  const running = startProgram({ name: NAME, args, logFile: options.logFile, isPiped: false });
  // The channel only tells the client that this process is gone; it keeps nothing alive.
  running.child.channel?.unref();
  return running;
}

async function waitUntilUp(client: ExecutionClient, { logFile }: ExecutionClientOptions): Promise<void> {
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
  throw componentError({ name: NAME, logFile }, problem);
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
