import type { NetworkHooks } from "hardhat/types/hooks";
import type { EthereumProvider, RequestArguments } from "hardhat/types/providers";

/** Requests that change nothing, so that asking twice is as good as once. */
const READS =
  /^(?:eth_(?:get\w+|call|estimateGas|blockNumber|chainId|gasPrice|feeHistory|maxPriorityFeePerGas)|net_version)$/;
/** How it is reported that the other side has closed a connection. */
const CLOSED = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];
/** Several connections may have been closed, one of which may be taken for the next attempt. */
const MAX_ATTEMPTS = 3;

/**
 * Has reads of a provider made again where the connection turns out to be closed. Nodes close idle ones after some
 * seconds, which goes unnoticed while keys are verified.
 */
export function repeatReads(provider: Pick<EthereumProvider, "request">): void {
  const request = provider.request.bind(provider);
  provider.request = async (args: RequestArguments): Promise<unknown> => {
    for (let attempt = 1; ; attempt++)
      try {
        return await request(args);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !READS.test(args.method) || !isClosed(error)) throw error;
        // Whatever else was closed meanwhile is noticed now.
        await new Promise((resolve) => setImmediate(resolve));
      }
  };
}

/** Hardhat's handlers of network events. */
const handlers: Partial<NetworkHooks> = {
  async newConnection(context, next) {
    const connection = await next(context);
    repeatReads(connection.provider);
    return connection;
  },
};

export default (): Promise<Partial<NetworkHooks>> => Promise.resolve(handlers);

function isClosed(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && CLOSED.includes(String(error.code))) || isClosed(error.cause);
}
