import type { TransactionLike } from "ethers";
import { z } from "zod";

import { PRIORITY_FEE_WEI } from "./feeMethods.ts";
import { estimateGas } from "./gasEstimate.ts";
import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import type { Upstream } from "./upstream.ts";

const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/i, "expected hexadecimal");
const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i, "expected a hexadecimal number")
  .transform(BigInt);

const Sent = z.object({
  to: hex.nullish(),
  data: hex.optional(),
  input: hex.optional(),
  value: quantity.optional(),
  gas: quantity.optional(),
  gasPrice: quantity.nullish(),
  maxFeePerGas: quantity.nullish(),
  maxPriorityFeePerGas: quantity.nullish(),
  nonce: quantity.optional(),
  chainId: quantity.optional(),
  accessList: z.array(z.object({ address: hex, storageKeys: z.array(hex) })).optional(),
});

/**
 * Fills in what a transaction for `eth_sendTransaction` leaves open, except for its nonce.
 * @throws {RpcError} If a field is wrong, or the transaction would fail.
 */
export async function completeTransaction(upstream: Upstream, transaction: unknown): Promise<TransactionLike> {
  const parsed = Sent.safeParse(transaction);
  if (!parsed.success) throw new RpcError(RPC_CODES.invalidParams, z.prettifyError(parsed.error));
  const { to, value, gas, nonce, accessList, ...rest } = parsed.data;
  const data = rest.data ?? rest.input ?? "0x";
  const chainId = BigInt((await upstream("eth_chainId")) as string);
  if (rest.chainId !== undefined && rest.chainId !== chainId)
    throw new RpcError(
      RPC_CODES.invalidParams,
      `the transaction is for chain ${rest.chainId}, this is chain ${chainId}`,
    );
  const { from } = transaction as { from: string };
  const call = {
    from,
    data,
    ...(to == null ? {} : { to }),
    ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
    ...(accessList === undefined ? {} : { accessList, type: "0x1" }),
  };
  return {
    to: to ?? null,
    data,
    value: value ?? 0n,
    chainId,
    gasLimit: gas ?? BigInt(await estimateGas(upstream, call)),
    ...(nonce === undefined ? {} : { nonce: Number(nonce) }),
    ...(accessList === undefined ? {} : { accessList }),
    ...(await feesOf(upstream, rest, accessList !== undefined)),
  };
}

async function feesOf(
  upstream: Upstream,
  {
    gasPrice,
    maxFeePerGas,
    maxPriorityFeePerGas,
  }: Pick<z.infer<typeof Sent>, "gasPrice" | "maxFeePerGas" | "maxPriorityFeePerGas">,
  hasAccessList: boolean,
): Promise<TransactionLike> {
  if (gasPrice != null) return { type: hasAccessList ? 1 : 0, gasPrice };
  if (maxFeePerGas != null) {
    const priority = maxPriorityFeePerGas ?? PRIORITY_FEE_WEI;
    return { type: 2, maxFeePerGas, maxPriorityFeePerGas: priority < maxFeePerGas ? priority : maxFeePerGas };
  }
  const { baseFeePerGas } = (await upstream("eth_getBlockByNumber", ["latest", false])) as { baseFeePerGas: string };
  const priority = maxPriorityFeePerGas ?? PRIORITY_FEE_WEI;
  return { type: 2, maxFeePerGas: 2n * BigInt(baseFeePerGas) + priority, maxPriorityFeePerGas: priority };
}
