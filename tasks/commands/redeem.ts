import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { requireEvent } from "../../clients/receipts.ts";
import { toEtherDown } from "../../src/pool/shares.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import { sharesToRedeem } from "./sharesToRedeem.ts";

/** What to redeem at once. */
export interface InstantRedemption {
  readonly sender: HardhatEthersSigner;
  /** Amount in ether or in shares, or `all`. */
  readonly amount: string;
  /** Whether the amount is in shares. */
  readonly inShares: boolean;
  /** Who gets the ether; the sender if left out. */
  readonly receiver: string | undefined;
  /** Most that the sender gives up, as a fraction of 1e11; what it is now if left out. */
  readonly maxFee: bigint | undefined;
}

/** The pool tells its fee as a fraction of this. */
const FRACTION = 10n ** 11n;
const PERCENT_DECIMALS = 9;
const PERCENT = /^(\d{1,3})(?:\.(\d{1,9}))?$/;

/**
 * Reads a fee in percent.
 * @throws {InputError} If it is none from 0 to 100.
 */
export function parseMaxFee(text: string): bigint {
  const [, whole, decimals = ""] = PERCENT.exec(text) ?? [];
  const fee = BigInt(`${whole ?? "-1"}${decimals.padEnd(PERCENT_DECIMALS, "0")}`);
  if (fee < 0n || fee > FRACTION)
    throw new InputError("max-fee", text, "is no percentage from 0 to 100", "give one such as 0.1 or 0.25");
  return fee;
}

/**
 * Proposes to exchange shares for ether at once.
 * @throws {InputError} If the sender has fewer shares, the fee is higher, or the pool has less ether to pay at once.
 */
export async function planRedemption(
  { pool: { poolETH, withdrawalQueue } }: PoolConnection,
  { sender, amount, inShares, receiver = sender.address, maxFee }: InstantRedemption,
): Promise<Plan> {
  const [allShares, pooledEther, held, { fee, available }] = await Promise.all([
    poolETH.totalShares(),
    poolETH.totalPooledEther(),
    poolETH.sharesOf(sender.address),
    poolETH.redemptionTerms(),
  ]);
  const totals = { shares: allShares, pooledEther };
  const shares = sharesToRedeem(totals, amount, inShares, { held, account: sender.address });
  const worth = toEtherDown(totals, shares);
  if (maxFee !== undefined && fee > maxFee)
    throw new InputError("max-fee", percent(maxFee), `is below the fee of now, ${percent(fee)}`, ACCEPT_OR_QUEUE);
  const paid = fee < FRACTION ? (worth * (FRACTION - fee)) / FRACTION : 0n;
  if (paid === 0n)
    throw new InputError(
      "amount",
      amount,
      `is worth ${showEther(worth)}, of which a fee leaves nothing`,
      "redeem more",
    );
  if (paid > available) throw new InputError("amount", amount, await scarcity(poolETH, available), WAIT_OR_QUEUE);

  // A report that comes before the transaction may change rate and fee: never less than agreed, but for a thousandth.
  const least = maxFee === undefined ? paid - paid / 1_000n : (worth * (FRACTION - maxFee)) / FRACTION;
  return {
    action: `redeem ${showEther(worth)} of poolETH for ${showEther(paid)} at once`,
    details: {
      ...{ pool: await poolETH.getAddress(), receiver, shares, worthWei: worth, paidWei: paid, leastWei: least },
      ...{ feeWei: worth - paid, feePercent: percent(fee), availableWei: available },
      withoutFeeAt: await withdrawalQueue.estimatedFor(shares),
    },
    warnings: [
      `the fee of ${percent(fee)} is ${showEther(worth - paid)}; \`queue request\` takes none, and is likely to pay at the time withoutFeeAt`,
    ],
    signer: sender,
    transaction: await poolETH.redeem.populateTransaction(shares, least, receiver),
    outcome: async (receipt) => {
      const { shares: burned, ethAmount } = requireEvent(poolETH, receipt, "Redeemed") as {
        shares: bigint;
        ethAmount: bigint;
      };
      return { receiver, shares: burned, paidWei: ethAmount, balanceWei: await poolETH.balanceOf(sender.address) };
    },
  };
}

const ACCEPT_OR_QUEUE = "accept more, come back later, or use `queue request`, which takes no fee";
const WAIT_OR_QUEUE = "redeem less, come back later, or use `queue request`, which takes no fee";

/** Why the pool pays so little at once. */
async function scarcity(poolETH: PoolConnection["pool"]["poolETH"], available: bigint): Promise<string> {
  if (available > 0n) return `is more than the ${showEther(available)} that the pool pays at once now`;
  const { pausedUntil, announcedAt, lossBookedAt } = await poolETH.depositGates();
  if (pausedUntil !== 0n) return "cannot be paid at once while the pool is paused";
  if (announcedAt !== 0n || lossBookedAt !== 0n)
    return "cannot be paid at once while a loss is announced or not settled";
  return "cannot be paid at once: the pool has no ether to spare, paid 1 % of itself today, or lacks a report for three days";
}

function percent(fraction: bigint): string {
  const digits = fraction.toString().padStart(PERCENT_DECIMALS + 1, "0");
  const decimals = digits.slice(-PERCENT_DECIMALS).replace(/0+$/, "");
  return `${digits.slice(0, -PERCENT_DECIMALS)}${decimals === "" ? "" : `.${decimals}`} %`;
}
