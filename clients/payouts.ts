import { toQuantity, type Provider } from "ethers";
import { z } from "zod";

import { FieldError } from "../src/units/errors.ts";
import type { Hex } from "../src/units/hex.ts";
import { mapConcurrently } from "./concurrency.ts";
import type { ScannedBlocks } from "./logs.ts";

/** A node does not tell what its blocks paid out. */
export class PayoutError extends FieldError {}

/** What the consensus layer paid out to one address by a validator (EIP-4895), Gwei. */
export interface Payout {
  readonly validatorIndex: bigint;
  /** Lower case. */
  readonly address: Hex;
  readonly amountGwei: bigint;
}

/** What went to some addresses by blocks themselves, and not by transactions. */
export interface BlockIncome {
  readonly payouts: readonly Payout[];
  /** Blocks whose fees went to each address, lower case. */
  readonly feeBlocks: ReadonlyMap<Hex, number>;
}

/** A chain that answers to the JSON-RPC as it is: what libraries make of a block leaves its withdrawals out. */
export interface RawChain {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** Blocks asked for at once, which providers send as one batch. */
const MAX_READS = 32;

const quantity = z
  .string()
  .regex(/^0x[\da-f]{1,64}$/i, "expected a quantity")
  .transform(BigInt);
const lowerCase = z
  .string()
  .regex(/^0x[\da-f]{40}$/i, "expected an address")
  .transform((text) => text.toLowerCase() as Hex);
const Block = z.object({
  number: quantity,
  miner: lowerCase,
  withdrawals: z.array(z.object({ validatorIndex: quantity, address: lowerCase, amount: quantity })),
});

/**
 * Reads what the blocks of a range paid out to some addresses, and whose fees went there.
 * @param addresses Lower case.
 * @throws {PayoutError} If the node lacks a block, or does not tell its withdrawals.
 */
export async function fetchBlockIncome(
  provider: Provider,
  addresses: readonly Hex[],
  { fromBlock, toBlock }: ScannedBlocks,
): Promise<BlockIncome> {
  const chain = rawChain(provider);
  const numbers = Array.from({ length: Math.max(toBlock - fromBlock + 1, 0) }, (_, i) => fromBlock + i);
  const payouts: Payout[] = [];
  const feeBlocks = new Map<Hex, number>(addresses.map((address) => [address, 0]));
  await mapConcurrently(numbers, MAX_READS, async (number) => {
    const { miner, withdrawals } = await fetchBlock(chain, number);
    const fees = feeBlocks.get(miner);
    if (fees !== undefined) feeBlocks.set(miner, fees + 1);
    for (const { validatorIndex, address, amount } of withdrawals)
      if (addresses.includes(address)) payouts.push({ validatorIndex, address, amountGwei: amount });
  });
  return { payouts, feeBlocks };
}

async function fetchBlock(chain: RawChain, number: number): Promise<z.infer<typeof Block>> {
  const answer = await chain.send("eth_getBlockByNumber", [toQuantity(number), false]);
  const { success, data } = Block.safeParse(answer);
  if (success && data.number === BigInt(number)) return data;
  throw new PayoutError(
    "execution block",
    number.toString(),
    answer === null ? "is not known to the node" : "comes without its withdrawals",
    "use an execution node that keeps all blocks, and tells of withdrawals (EIP-4895)",
  );
}

function rawChain(provider: Provider): RawChain {
  if ("send" in provider && typeof provider.send === "function") return provider as Provider & RawChain;
  throw new Error("the provider does not speak JSON-RPC as it is: give one with `send`");
}
