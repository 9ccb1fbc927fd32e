import type { Provider } from "ethers";

/** Fees per gas of a transaction (EIP-1559), wei. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What gas costs now, wei, how much there is, and when that is. */
export interface Market {
  readonly baseFeePerGas: bigint;
  /** What those who are in a hurry pay on top. */
  readonly priorityFeePerGas: bigint;
  /** Gas that a block has room for. */
  readonly blockGasLimit: bigint;
  /** Timestamp of the newest block, seconds. */
  readonly timestamp: bigint;
}

/** Nodes ask for a tenth more in both fees to replace a transaction; an eighth leaves room for rounding. */
const RAISE = { by: 1_125n, of: 1_000n };

export async function fetchMarket(provider: Provider): Promise<Market> {
  const [block, { maxPriorityFeePerGas }] = await Promise.all([provider.getBlock("latest"), provider.getFeeData()]);
  if (block === null) throw new Error("the execution node has no newest block: wait until it is synced");
  const [baseFeePerGas, priorityFeePerGas] = [block.baseFeePerGas ?? 0n, maxPriorityFeePerGas ?? 0n];
  const { gasLimit: blockGasLimit, timestamp } = block;
  return { baseFeePerGas, priorityFeePerGas, blockGasLimit, timestamp: BigInt(timestamp) };
}

/**
 * Fees with which a transaction is mined soon, also if the base fee rises for six blocks.
 * @param capWei Highest fee per gas.
 * @returns Undefined if gas costs more than that.
 */
export function feesFor({ baseFeePerGas, priorityFeePerGas }: Market, capWei: bigint): Fees | undefined {
  if (baseFeePerGas + priorityFeePerGas > capWei) return undefined;
  const wanted = 2n * baseFeePerGas + priorityFeePerGas;
  return { maxFeePerGas: wanted < capWei ? wanted : capWei, maxPriorityFeePerGas: priorityFeePerGas };
}

/**
 * Fees with which nodes take a transaction in the place of one that waits, and with which it is mined soon.
 * @returns Undefined if that is more than the cap.
 */
export function raisedFees(fees: Fees, market: Market, capWei: bigint): Fees | undefined {
  const now = feesFor(market, capWei);
  const maxFeePerGas = larger(raise(fees.maxFeePerGas), now?.maxFeePerGas);
  const maxPriorityFeePerGas = larger(raise(fees.maxPriorityFeePerGas), now?.maxPriorityFeePerGas);
  return maxFeePerGas > capWei ? undefined : { maxFeePerGas, maxPriorityFeePerGas };
}

function raise(fee: bigint): bigint {
  return (fee * RAISE.by + RAISE.of - 1n) / RAISE.of;
}

function larger(a: bigint, b = 0n): bigint {
  return a > b ? a : b;
}
