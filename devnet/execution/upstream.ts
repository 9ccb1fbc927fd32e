import { setTimeout as sleep } from "node:timers/promises";

import { callRpc, RPC_CODES, RpcError } from "./jsonRpc.ts";

/** Calls a method of the execution client. */
export type Upstream = (method: string, params?: readonly unknown[]) => Promise<unknown>;

/** As geth says it, by which libraries know that they have to do without a method. */
export function noSuchMethod(method: string): RpcError {
  return new RpcError(RPC_CODES.noMethod, `the method ${method} does not exist/is not available`);
}

/**
 * The execution client behind the front.
 * @param timeout Longest wait for an answer, milliseconds.
 * @param patience How long one that is away is asked again, milliseconds.
 */
export function upstreamOf(url: string, timeout: number, patience: number): Upstream {
  const ask = async (method: string, params: readonly unknown[], deadline: number): Promise<unknown> => {
    try {
      return await callRpc(url, method, params, timeout);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.code === RPC_CODES.noMethod) throw noSuchMethod(method);
      if (error.code !== RPC_CODES.unavailable) throw error;
      if (Date.now() < deadline) {
        // Nobody waits for it when this process ends.
        await sleep(RETRY_MS, undefined, { ref: false });
        return ask(method, params, deadline);
      }
      throw new RpcError(error.code, `the execution client is down or restarts, try again: ${error.message}`);
    }
  };
  return (method, params = []) => ask(method, params, Date.now() + patience);
}

const RETRY_MS = 100;
