import { requireEvent } from "../../clients/receipts.ts";
import { InputError } from "../input.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";
import type { WrapRequest } from "./wrap.ts";

/**
 * Proposes to unwrap poolETH, by what it is worth.
 * @throws {InputError} If it is nothing, or more than the sender has.
 */
export async function planUnwrap({
  wrapped,
  sender,
  ethAmount,
  receiver = sender.address,
}: WrapRequest): Promise<Plan> {
  const [units, most] = await Promise.all([wrapped.maxRedeem(sender), wrapped.maxWithdraw(sender)]);
  const isAll = ethAmount === "all";
  const assets = isAll ? most : ethAmount;
  if (assets === 0n) throw new InputError("amount", isAll ? ethAmount : "0", "is nothing", "unwrap something");
  if (assets > most)
    throw new InputError(
      "amount",
      showEther(assets),
      `is more than the ${showEther(most)} of wrapped poolETH that ${sender.address} has`,
      "unwrap less, or `all`",
    );
  return {
    action: `unwrap ${isAll ? `all wrapped poolETH, ${showEther(assets)}` : `${showEther(assets)} of poolETH`}`,
    details: {
      wrapped: await wrapped.getAddress(),
      receiver,
      expectedShares: isAll ? units : await wrapped.previewWithdraw(assets),
    },
    signer: sender,
    transaction: isAll
      ? await wrapped.redeem.populateTransaction(units, receiver, sender)
      : await wrapped.withdraw.populateTransaction(assets, receiver, sender),
    outcome: async (receipt) => {
      const paid = requireEvent(wrapped, receipt, "Withdraw") as { assets: bigint; shares: bigint };
      const wrappedShares = await wrapped.balanceOf(sender);
      return { receiver, unwrappedWei: paid.assets, shares: paid.shares, wrappedShares };
    },
  };
}
