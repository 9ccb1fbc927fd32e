import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

interface JsonRpcRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: readonly unknown[];
}

/** A range of logs that was asked for. */
export interface SeenRange {
  /** Lower case. */
  readonly address: string;
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** A node that passes everything on to another one, and knows which logs were asked for. */
export interface WatchedNode {
  readonly url: string;
  /** Ranges asked for since this was called last. */
  takeRanges(): SeenRange[];
  stop(): Promise<void>;
}

/**
 * Starts a node on a free port of this machine.
 * @param target Where the other node listens.
 * @param chainId What it says to be the chain, instead of what the other one says.
 */
export async function startWatchedNode(target: string, chainId?: number): Promise<WatchedNode> {
  let ranges: SeenRange[] = [];

  async function answer(request: JsonRpcRequest): Promise<object> {
    if (request.method === "eth_chainId" && chainId !== undefined)
      return { jsonrpc: "2.0", id: request.id, result: `0x${chainId.toString(16)}` };
    if (request.method === "eth_getLogs") {
      const [filter] = request.params as [Record<keyof SeenRange, string>];
      const { address, fromBlock, toBlock } = filter;
      ranges.push({ address: address.toLowerCase(), fromBlock: Number(fromBlock), toBlock: Number(toBlock) });
    }
    const headers = { "Content-Type": "application/json" };
    return (await (await fetch(target, { method: "POST", headers, body: JSON.stringify(request) })).json()) as object;
  }

  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((text) => JSON.parse(text) as JsonRpcRequest | JsonRpcRequest[])
      .then((asked) => (Array.isArray(asked) ? Promise.all(asked.map(answer)) : answer(asked)))
      .then((answered) => response.end(JSON.stringify(answered)))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeRanges: () => {
      const taken = ranges;
      ranges = [];
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
