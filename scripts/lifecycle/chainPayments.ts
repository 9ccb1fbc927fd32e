import { z } from "zod";

import { mapConcurrently } from "../../clients/concurrency.ts";
import { WEI_PER_GWEI } from "../../src/units/ether.ts";

const MAX_READS = 8;
const quantity = z.string().transform(BigInt);
const Block = z.object({
  miner: z.string(),
  baseFeePerGas: quantity,
  withdrawals: z.array(z.object({ address: z.string(), amount: quantity })),
  transactions: z.array(z.string()),
});
const Receipt = z.object({ gasUsed: quantity, effectiveGasPrice: quantity });

/** What the chain itself pays to the vaults in a block, without a transaction to them, wei. */
export interface ChainPayments {
  readonly blockNumber: number;
  /** Withdrawals of the consensus layer (EIP-4895). */
  readonly withdrawalsWei: bigint;
  /** Priority fees of blocks that name the rewards vault. */
  readonly tipsWei: bigint;
}

/** Asks a node. */
export interface RpcProvider {
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** Reads what the vaults were paid in each block, from the first one on. */
export async function fetchChainPayments(
  provider: RpcProvider,
  vaults: { readonly withdrawal: string; readonly rewards: string },
  toBlock: number,
): Promise<ChainPayments[]> {
  const numbers = Array.from({ length: toBlock }, (_, i) => i + 1);
  return mapConcurrently(numbers, MAX_READS, async (number) => {
    const block = Block.parse(await provider.send("eth_getBlockByNumber", [`0x${number.toString(16)}`, false]));
    const withdrawn = block.withdrawals.filter(({ address }) => isSame(address, vaults.withdrawal));
    const isOwn = isSame(block.miner, vaults.rewards);
    const receipts = isOwn
      ? await mapConcurrently(block.transactions, MAX_READS, async (hash) =>
          Receipt.parse(await provider.send("eth_getTransactionReceipt", [hash])),
        )
      : [];
    return {
      blockNumber: number,
      withdrawalsWei: withdrawn.reduce((sum, { amount }) => sum + amount * WEI_PER_GWEI, 0n),
      tipsWei: receipts.reduce(
        (sum, { gasUsed, effectiveGasPrice }) => sum + gasUsed * (effectiveGasPrice - block.baseFeePerGas),
        0n,
      ),
    };
  });
}

/** The sum of what was paid up to a block, wei. */
export function paidUpTo(payments: readonly ChainPayments[], blockNumber: number): bigint {
  return payments
    .filter((payment) => payment.blockNumber <= blockNumber)
    .reduce((sum, { withdrawalsWei, tipsWei }) => sum + withdrawalsWei + tipsWei, 0n);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
