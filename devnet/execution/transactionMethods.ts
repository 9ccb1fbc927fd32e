import { isHexString, toQuantity } from "ethers";

import type { RpcMethods } from "./dispatch.ts";
import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import type { PendingTransactions } from "./pendingTransactions.ts";
import { explainRefusal } from "./refusals.ts";
import type { Upstream } from "./upstream.ts";

interface Receipt {
  readonly transactionHash: string;
  readonly blockHash: string;
  readonly logs: readonly object[];
}

interface Fees {
  readonly maxFeePerGas?: string;
  readonly maxPriorityFeePerGas?: string;
}

/** Methods that take transactions and tell what has become of them. */
export function transactionMethods(upstream: Upstream, pending: PendingTransactions): RpcMethods {
  const find = (hash: unknown) => upstream("eth_getTransactionByHash", [hash]);
  return {
    eth_sendRawTransaction: async ([raw]) => {
      try {
        return await pending.send(requireText(raw, "the signed transaction"));
      } catch (error) {
        throw explainRefusal(error);
      }
    },
    eth_getTransactionCount: ([address, block]) =>
      block === "pending"
        ? pending.inOrder(requireText(address, "the address"), async () =>
            toQuantity(await pending.nextNonce(requireText(address, "the address"))),
          )
        : upstream("eth_getTransactionCount", [address, block ?? "latest"]),
    // Between the two looks at the chain, it may have come into a block.
    eth_getTransactionByHash: async ([hash]) =>
      (await find(hash)) ?? (await pending.find(requireText(hash, "the hash"))) ?? (await find(hash)),
    eth_getTransactionReceipt: async (params) => {
      const receipt = (await upstream("eth_getTransactionReceipt", params)) as Receipt | null;
      return receipt === null ? null : withPrice(upstream, receipt);
    },
    eth_getBlockReceipts: async ([block]) => {
      const number = await numberOf(upstream, block);
      const receipts = (await upstream("eth_getBlockReceipts", [number])) as Receipt[] | null;
      if (receipts === null) return null;
      let count = 0;
      const numbered = receipts.map((receipt) => ({
        ...receipt,
        logs: receipt.logs.map((log) => ({ ...log, logIndex: toQuantity(count++) })),
      }));
      return Promise.all(numbered.map((receipt) => withPrice(upstream, receipt)));
    },
  };
}

/** The execution client finds no receipts by the hash of a block. */
async function numberOf(upstream: Upstream, block: unknown): Promise<unknown> {
  if (!isHexString(block, 32)) return block;
  const header = (await upstream("eth_getBlockByHash", [block, false])) as { number: string } | null;
  return header === null ? block : header.number;
}

/** The execution client leaves the base fee out of what a transaction paid per gas (EIP-1559). */
async function withPrice(upstream: Upstream, receipt: Receipt): Promise<object> {
  const [transaction, block] = (await Promise.all([
    upstream("eth_getTransactionByHash", [receipt.transactionHash]),
    upstream("eth_getBlockByHash", [receipt.blockHash, false]),
  ])) as [Fees | null, { baseFeePerGas: string } | null];
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction ?? {};
  if (block === null || maxFeePerGas === undefined || maxPriorityFeePerGas === undefined) return receipt;
  const wanted = BigInt(block.baseFeePerGas) + BigInt(maxPriorityFeePerGas);
  const highest = BigInt(maxFeePerGas);
  return { ...receipt, effectiveGasPrice: toQuantity(wanted < highest ? wanted : highest) };
}

function requireText(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new RpcError(RPC_CODES.invalidParams, `${name} is missing`);
}
