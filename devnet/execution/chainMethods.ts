import { toQuantity } from "ethers";

import type { RpcMethod, RpcMethods } from "./dispatch.ts";
import { feeMethods } from "./feeMethods.ts";
import { estimateGas, type Call } from "./gasEstimate.ts";
import { BLOCK_GAS_LIMIT } from "./genesis.ts";
import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import { explainFailedCall } from "./refusals.ts";
import type { Upstream } from "./upstream.ts";

/** Reads of a state, and the position of the block among their parameters. */
const READS = {
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getStorageAt: 2,
  eth_getProof: 2,
  eth_getBlockByNumber: 0,
  eth_getBlockTransactionCountByNumber: 0,
};

/** Methods that read the chain, where the execution client lacks them or answers in other ways than geth. */
export function chainMethods(upstream: Upstream): RpcMethods {
  const reads = Object.entries(READS).map(([method, position]): [string, RpcMethod] => [
    method,
    (params) => upstream(method, params.with(position, blockOf(params[position]))),
  ]);
  return {
    ...Object.fromEntries(reads),
    eth_call: async ([call, block]) => {
      const complete = { gas: toQuantity(BLOCK_GAS_LIMIT), ...callOf(call) };
      try {
        return await upstream("eth_call", [complete, blockOf(block)]);
      } catch (error) {
        throw explainFailedCall(error);
      }
    },
    eth_estimateGas: ([call]) => estimateGas(upstream, callOf(call)),
    ...feeMethods(upstream),
    debug_traceTransaction: ([hash, options]) => upstream("debug_traceTransaction", [hash, options ?? {}]),
    hardhat_metadata: () => metadata(upstream),
    // Ignition does not wait between its requests where a transaction makes a block.
    hardhat_getAutomine: () => Promise.resolve(true),
  };
}

/** Hardhat looks for receipts ten times as often where it is answered; a chain is told from others by its instance. */
async function metadata(upstream: Upstream): Promise<object> {
  const [clientVersion, chainId, genesis, latest] = await Promise.all([
    upstream("web3_clientVersion"),
    upstream("eth_chainId"),
    upstream("eth_getBlockByNumber", ["0x0", false]),
    upstream("eth_getBlockByNumber", ["latest", false]),
  ]);
  const { hash: instanceId } = genesis as Header;
  const { hash: latestBlockHash, number } = latest as Header;
  return { clientVersion, chainId: Number(chainId), instanceId, latestBlockNumber: Number(number), latestBlockHash };
}

interface Header {
  readonly hash: string;
  readonly number: string;
}

/** The execution client knows no pending block, which is the latest one for all that can be known of it. */
function blockOf(block: unknown): unknown {
  return block === undefined || block === null || block === "pending" ? "latest" : block;
}

/** Fees and nonce have no effect on a call, and some forms of them are refused. */
const WITHOUT_EFFECT = ["gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "type", "nonce", "chainId", "input"];

function callOf(call: unknown): Call {
  if (typeof call !== "object" || call === null)
    throw new RpcError(RPC_CODES.invalidParams, "the first parameter is a call: an object");
  const given = Object.entries(call).filter(([, value]) => value !== undefined && value !== null);
  const { data, input } = Object.fromEntries(given) as { data?: string; input?: string };
  const kept = given.filter(([name]) => !WITHOUT_EFFECT.includes(name));
  const { accessList } = call as Partial<Call>;
  const type = accessList === undefined ? {} : { type: "0x1" };
  return { ...Object.fromEntries(kept), ...type, data: data ?? input ?? "0x" };
}
