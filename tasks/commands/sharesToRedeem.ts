import { toEtherDown, toSharesDown, type Totals } from "../../src/pool/shares.ts";
import { formatEther, parseEther, wei } from "../../src/units/ether.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";

/**
 * Shares that somebody wants to redeem: of an amount in ether or in shares, or `all`.
 * @throws {InputError} If he has fewer.
 */
export function sharesToRedeem(
  totals: Totals,
  amount: string,
  inShares: boolean,
  { held, account }: { held: bigint; account: string },
): bigint {
  if (amount === "all") return held;
  const wanted = parseEther(amount, "amount");
  const shares = inShares ? wanted : toSharesDown(totals, wanted);
  if (shares <= held) return shares;
  const there = inShares ? `${formatEther(wei(held))} shares` : showEther(toEtherDown(totals, held));
  throw new InputError("amount", amount, `is more than the ${there} of ${account}`, "redeem less, or all");
}
