import { formatEther, formatUnits, isError } from "ethers";

import { describeRevert, findRevertData } from "../../clients/contractErrors.ts";
import { MAX_TRANSACTION_GAS } from "../../src/consensus/transactionGas.ts";
import { beyondLimit, type DailyLimit } from "./dailyLimit.ts";
import { feesFor, fetchMarket, type Fees } from "./fees.ts";
import { hideAddresses } from "./logger.ts";
import type { SenderContext, Sending } from "./sending.ts";
import type { SpendingStore } from "./spendingStore.ts";

/** A transaction as it can be sent. */
export interface TransactionPlan {
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

/** Why one is not sent. */
export interface Obstacle {
  readonly reason: string;
}

/** How much may be spent within a day, any amount if nothing is said, and where it is kept what was. */
export interface Budget {
  readonly daily?: DailyLimit;
  readonly store: Pick<SpendingStore, "spentSince">;
}

/** Simulates a transaction, and finds what it may cost, or why it is not to be sent. */
export async function planTransaction(
  { provider, signer, config }: SenderContext,
  { purpose, to, data, value = 0n }: Sending,
  { daily, store }: Budget,
): Promise<TransactionPlan | Obstacle> {
  const from = await signer?.getAddress();
  const balance = from === undefined ? undefined : await provider.getBalance(from);
  // Nodes answer an estimate that the account cannot pay in many ways, so this is checked first.
  if (balance !== undefined && balance < value) return tooPoor(balance, value);
  const estimated = await provider
    .estimateGas({ ...(from === undefined ? {} : { from }), to, data, value })
    .catch((error: unknown) => ({ reason: revertReason(error) }));
  if (typeof estimated !== "bigint") return estimated;
  const market = await fetchMarket(provider);
  const mostGas = smaller(market.blockGasLimit, MAX_TRANSACTION_GAS);
  if (estimated > mostGas)
    return { reason: `it is estimated to need ${estimated} gas, and a transaction may have ${mostGas} at most` };
  // State may change until it is mined; what is not used is not paid.
  const gasLimit = smaller((estimated * 5n) / 4n, mostGas);
  const capWei = weiOfGwei(config.maxFeeGwei);
  const fees = feesFor(market, capWei);
  if (fees === undefined) {
    const price = formatUnits(market.baseFeePerGas + market.priorityFeePerGas, "gwei");
    return { reason: `gas costs ${price} Gwei, which is more than maxFeeGwei, ${config.maxFeeGwei}` };
  }
  const most = value + gasLimit * fees.maxFeePerGas;
  if (balance !== undefined && balance < most) return tooPoor(balance, most);
  const reason = daily && beyondLimit(daily, store, { purpose, most, now: market.timestamp });
  return reason === undefined ? { gasLimit, fees } : { reason };
}

/** Gwei as people write them, in wei. */
export function weiOfGwei(gwei: number): bigint {
  return BigInt(Math.round(gwei * 1e9));
}

/**
 * Why a contract refuses.
 * @throws The error, if that is not what it says.
 */
export function revertReason(error: unknown): string {
  const data = findRevertData(error);
  const described = data === undefined ? undefined : describeRevert(data);
  if (described !== undefined) return described;
  if (isError(error, "CALL_EXCEPTION")) return hideAddresses(error.reason ?? error.shortMessage);
  throw error;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function tooPoor(balance: bigint, needed: bigint): Obstacle {
  return { reason: `the account has ${formatEther(balance)} ETH, and up to ${formatEther(needed)} ETH are needed` };
}
