import { AbiCoder, dataSlice, isHexString } from "ethers";

import { RPC_CODES, RpcError } from "./jsonRpc.ts";

/** Selector of Solidity's `Error(string)`. */
const ERROR_SELECTOR = "0x08c379a0";

/** How the execution client says what libraries know in geth's words. */
const WORDS: readonly (readonly [theirs: string, geths: string])[] = [
  ["tx nonce too low", "nonce too low"],
  ["insufficient balance", "insufficient funds for gas * price + value"],
  ["replacement gas too low", "replacement transaction underpriced"],
  ["already in the TxPool", "already known"],
  ["exceeds block gas limit", "exceeds block gas limit"],
];

/** Says as geth does why a transaction was not accepted; libraries go by it. */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof RpcError) || error.code === RPC_CODES.unavailable) return error;
  const known = WORDS.find(([theirs]) => error.message.includes(theirs));
  if (known === undefined) return error;
  return new RpcError(RPC_CODES.server, `${known[1]}: ${error.message}`);
}

/** Says as geth does how the execution of a call failed; libraries decode what it reverted with. */
export function explainFailedCall(error: unknown): unknown {
  if (!(error instanceof RpcError) || error.code !== RPC_CODES.reverted) return error;
  if (error.message === "insufficient balance")
    return new RpcError(RPC_CODES.server, "insufficient funds for transfer");
  if (error.message !== "revert") return new RpcError(RPC_CODES.server, error.message);
  const reason = readReason(error.data);
  return new RpcError(RPC_CODES.reverted, `execution reverted${reason === undefined ? "" : `: ${reason}`}`, error.data);
}

function readReason(data: unknown): string | undefined {
  if (!isHexString(data) || !data.startsWith(ERROR_SELECTOR)) return undefined;
  try {
    const [reason] = AbiCoder.defaultAbiCoder().decode(["string"], dataSlice(data, 4)) as unknown as [string];
    return reason;
  } catch {
    return undefined;
  }
}
