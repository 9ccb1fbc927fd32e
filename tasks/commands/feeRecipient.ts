import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import { InputError, requireOption } from "../input.ts";
import { findSender } from "../signers.ts";
import { OWN_ACCOUNT, poolOf, type SSVConnection } from "../ssvConnection.ts";
import type { Plan } from "../transaction.ts";

/**
 * Who gets the tips of an account's validators.
 * @throws {InputError} If no account is named and there is no pool.
 */
export async function showFeeRecipient(ssv: SSVConnection) {
  const owner = requireOption(ssv.account, "account", "name the account, or a pool with --pool");
  const { feeRecipient } = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  const opened = await poolOf(ssv, owner);
  return {
    account: owner,
    feeRecipient: feeRecipient ?? owner,
    isNamed: feeRecipient !== undefined,
    rewardsVault: opened === undefined ? "" : await opened.pool.rewardsVault.getAddress(),
  };
}

/**
 * Proposes to name who gets the tips of all validators of the account that sends.
 * @throws {InputError} If the clusters are a pool's, whose recipient never changes, or nothing would change.
 */
export async function planFeeRecipient(ssv: SSVConnection, recipient: string, from: string | undefined): Promise<Plan> {
  const owner = ssv.account ?? "";
  const sender = await findSender(ssv, from);
  if (owner !== sender.address)
    throw new InputError(
      "account",
      owner,
      "is not the account that sends: the recipient of a pool is its rewards vault, for ever",
      `give ${OWN_ACCOUNT} for the account that sends`,
    );
  const { feeRecipient = owner } = await fetchOwnerState(ssv.ssvNetwork, owner, ssv);
  if (feeRecipient === recipient)
    throw new InputError("recipient", recipient, "gets the tips already", "name another one");
  return {
    action: `have the tips of all validators of ${owner} paid to ${recipient}`,
    details: { account: owner, feeRecipient, newFeeRecipient: recipient },
    warnings: ["it holds for every cluster of the account, once the operators have read it"],
    signer: sender,
    transaction: await ssv.ssvNetwork.setFeeRecipientAddress.populateTransaction(recipient),
    outcome: () => ({ account: owner, feeRecipient: recipient }),
  };
}
