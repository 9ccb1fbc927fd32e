import { dataLength, getBytes, toQuantity } from "ethers";

import { BLOCK_GAS_LIMIT } from "./genesis.ts";
import { RPC_CODES, RpcError } from "./jsonRpc.ts";
import { explainFailedCall } from "./refusals.ts";
import type { Upstream } from "./upstream.ts";

/** A call as it is sent to `eth_call`, with its data under one name. */
export interface Call {
  readonly from?: string;
  readonly to?: string;
  readonly value?: string;
  readonly data: string;
  readonly gas?: string;
  readonly accessList?: readonly { readonly storageKeys: readonly string[] }[];
}

/** Gas of the parts of a transaction that are paid before it runs, by the Yellow Paper, EIP-2028, 2930 and 3860. */
const INTRINSIC = { base: 21_000, create: 32_000, zero: 4, byte: 16, word: 2, address: 2_400, slot: 1_900 };
/** Gas that is found is at most by this part more than what is needed, as in geth. */
const TOLERANCE = 0.015;
/** First guesses, times the gas used: what calls of calls hold back, and the most that is refunded at the end. */
const GUESSES = [1.05, 1.25];

/**
 * Gas with which a transaction succeeds, at the latest block. The execution client tells how much one uses, which is less
 * where some is refunded at the end or held back from calls, and tells that also of those that fail. All attempts run at
 * one block: if another transaction does the same meanwhile, no gas suffices at the next block, and the search would end
 * at all the gas of a block.
 * @throws {RpcError} How it fails, if it does so with all the gas of a block.
 */
export async function estimateGas(upstream: Upstream, call: Call): Promise<string> {
  const limit = Number(call.gas ?? BLOCK_GAS_LIMIT);
  const block = await upstream("eth_blockNumber");
  await run(upstream, call, limit, block);
  const estimate = await upstream("eth_estimateGas", [{ ...call, gas: toQuantity(limit) }, block]);
  const used = Number(estimate);
  const suffices = (gas: number) => succeeds(upstream, call, gas, block);
  if (await suffices(used)) return toQuantity(used);

  let [low, high] = [used, limit];
  for (const guess of GUESSES) {
    const gas = Math.ceil(used * guess);
    if (gas >= high) break;
    if (await suffices(gas)) high = gas;
    else low = gas;
    if (high === gas) break;
  }
  while ((high - low) / high > TOLERANCE) {
    // Little more is more likely than much more.
    const middle = Math.min(Math.floor((low + high) / 2), low * 2);
    if (await suffices(middle)) high = middle;
    else low = middle;
  }
  return toQuantity(high);
}

async function succeeds(upstream: Upstream, call: Call, gas: number, block: unknown): Promise<boolean> {
  try {
    await run(upstream, call, gas, block);
    return true;
  } catch (error) {
    if (!(error instanceof RpcError) || error.code === RPC_CODES.unavailable) throw error;
    return false;
  }
}

async function run(upstream: Upstream, call: Call, gas: number, block: unknown): Promise<void> {
  const left = gas - intrinsicGas(call);
  if (left < 0)
    throw new RpcError(RPC_CODES.server, `intrinsic gas too low: ${gas} gas is less than the transaction's own`);
  try {
    await upstream("eth_call", [{ ...call, gas: toQuantity(left) }, block]);
  } catch (error) {
    throw explainFailedCall(error);
  }
}

function intrinsicGas({ to, data, accessList = [] }: Call): number {
  const zeros = getBytes(data).filter((byte) => byte === 0).length;
  const forData = zeros * INTRINSIC.zero + (dataLength(data) - zeros) * INTRINSIC.byte;
  const forCode = to === undefined ? INTRINSIC.create + INTRINSIC.word * Math.ceil(dataLength(data) / 32) : 0;
  const slots = accessList.reduce((count, { storageKeys }) => count + storageKeys.length, 0);
  return INTRINSIC.base + forData + forCode + accessList.length * INTRINSIC.address + slots * INTRINSIC.slot;
}
