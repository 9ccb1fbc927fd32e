import { formatEther } from "ethers";

import type { SpendingStore } from "./spendingStore.ts";

/** How much may be spent within 24 hours of the chain's time, and on what. */
export interface DailyLimit {
  /** Gas and value of everything, wei. */
  readonly wei: bigint;
  /** Part of it that is kept for what is urgent. */
  readonly kept?: {
    readonly wei: bigint;
    /** What is urgent. */
    readonly purposes: readonly string[];
  };
}

const DAY = 86_400n;

/**
 * Why a transaction is more than the limit allows. What is urgent may use all of it; everything else leaves what is kept
 * and was not spent on urgent ones.
 * @param most Highest cost of the transaction, wei.
 * @param now Time of the chain, seconds.
 * @returns Nothing if it is within the limit.
 */
export function beyondLimit(
  { wei: limit, kept }: DailyLimit,
  store: Pick<SpendingStore, "spentSince">,
  { purpose, most, now }: { readonly purpose: string; readonly most: bigint; readonly now: bigint },
): string | undefined {
  const spent = store.spentSince(now - DAY);
  const isUrgent = kept === undefined || kept.purposes.includes(purpose);
  const left = isUrgent ? 0n : kept.wei - store.spentSince(now - DAY, kept.purposes);
  const reserved = left > 0n ? left : 0n;
  if (spent + most + reserved <= limit) return undefined;
  const cost = `up to ${formatEther(most)} ETH on top of ${formatEther(spent)} ETH within 24 hours`;
  const reason = `${cost} is more than the daily limit of ${formatEther(limit)} ETH`;
  return reserved === 0n || kept === undefined
    ? reason
    : `${reason}, of which ${formatEther(reserved)} ETH are kept for ${kept.purposes.join(" and ")}`;
}
