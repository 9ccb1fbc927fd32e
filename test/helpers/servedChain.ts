import type { EthereumProvider } from "hardhat/types/providers";

import { startRpcServer, type RpcReply, type RpcServer } from "./rpcServer.ts";

/** What Hardhat's errors carry. */
interface ProviderFailure extends Error {
  readonly code?: unknown;
  readonly data?: unknown;
}

/** Hardhat's chain of this process, over HTTP. */
export function serveChain(provider: EthereumProvider): Promise<RpcServer> {
  return startRpcServer(async ({ method, params }): Promise<RpcReply> => {
    try {
      return { result: await provider.request({ method, params: [...params] }) };
    } catch (error) {
      const { code, message, data } = error as ProviderFailure;
      const bytes = typeof data === "object" && data !== null && "data" in data ? data.data : data;
      return { error: { code: Number(code ?? -32_000), message, data: bytes } };
    }
  });
}
