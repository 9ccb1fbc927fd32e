import { requireEvent } from "../../clients/receipts.ts";
import { FEE_PRECISION_WEI } from "../../src/ssv/fees.ts";
import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { InputError } from "../input.ts";
import { onlyOperator, type OwnedOperators } from "../operatorAccount.ts";
import { showEther } from "../output.ts";
import type { Plan } from "../transaction.ts";

/** Proposes to have operators serve everybody, or only those on their whitelists. */
export async function planPrivacy({ ssv, sender, ids }: OwnedOperators, isPrivate: boolean): Promise<Plan> {
  const { setOperatorsPrivateUnchecked, setOperatorsPublicUnchecked } = ssv.ssvNetwork;
  const method = isPrivate ? setOperatorsPrivateUnchecked : setOperatorsPublicUnchecked;
  return {
    action: `have operators ${ids.join(", ")} serve ${isPrivate ? "only those on their whitelists" : "everybody"}`,
    details: { operators: ids },
    warnings: isPrivate ? ["clusters that they serve already stay"] : [],
    signer: sender,
    transaction: await method.populateTransaction(ids),
    outcome: () => ({ operators: ids, isPrivate }),
  };
}

/** Proposes to put accounts on the whitelists of operators, or to take them off. */
export async function planWhitelist(
  { ssv, sender, ids }: OwnedOperators,
  accounts: readonly string[],
  isAdded: boolean,
): Promise<Plan> {
  const { setOperatorsWhitelists, removeOperatorsWhitelists } = ssv.ssvNetwork;
  const method = isAdded ? setOperatorsWhitelists : removeOperatorsWhitelists;
  return {
    action: `${isAdded ? "put" : "take"} ${accounts.length} accounts ${isAdded ? "on" : "off"} the whitelists of operators ${ids.join(", ")}`,
    details: { operators: ids, accounts },
    warnings: isAdded ? [] : ["clusters that they have with these operators already stay"],
    signer: sender,
    transaction: await method.populateTransaction(ids, [...accounts]),
    outcome: () => ({ operators: ids, accounts, isWhitelisted: isAdded }),
  };
}

/**
 * Proposes to have an operator's earnings paid out to its owner.
 * @param ethAmount Wei; all if left out.
 * @throws {InputError} If it has earned nothing, or less.
 */
export async function planEarnings(owned: OwnedOperators, ethAmount?: bigint): Promise<Plan> {
  const { id, owner } = onlyOperator(owned);
  const { ssvNetwork, connection } = owned.ssv;
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), connection.ethers.provider);
  const earned = await views.getOperatorEarnings(id);
  if (earned === 0n)
    throw new InputError("operator", id.toString(), "has no earnings to take", "look at them with `operator earnings`");
  if (ethAmount !== undefined) requireEarned(ethAmount, earned);
  return {
    action: `pay ${ethAmount === undefined ? "all" : showEther(ethAmount)} that operator ${id} earned out to ${owner}`,
    details: { operator: id, receiver: owner, earnedWei: earned },
    signer: owned.sender,
    transaction:
      ethAmount === undefined
        ? await ssvNetwork.withdrawAllOperatorEarnings.populateTransaction(id)
        : await ssvNetwork.withdrawOperatorEarnings.populateTransaction(id, ethAmount),
    outcome: (receipt) => {
      const { value } = requireEvent(ssvNetwork, receipt, "OperatorWithdrawn") as { value: bigint };
      return { operator: id, receiver: owner, paidWei: value };
    },
  };
}

function requireEarned(ethAmount: bigint, earned: bigint): void {
  const refuse = (problem: string, remedy: string) => new InputError("amount", showEther(ethAmount), problem, remedy);
  if (ethAmount === 0n) throw refuse("is nothing", "take something out");
  if (ethAmount % FEE_PRECISION_WEI !== 0n)
    throw refuse("is no multiple of 100,000 wei, in which SSV counts earnings", "give no more than 13 decimals");
  if (ethAmount > earned)
    throw refuse(`is more than the ${showEther(earned)} that it has earned`, "take less, or leave it out for all");
}

/** Proposes to remove an operator. */
export async function planOperatorRemoval(owned: OwnedOperators): Promise<Plan> {
  const { id, validators } = onlyOperator(owned);
  return {
    action: `remove operator ${id} from ssv.network, and pay out what it earned`,
    details: { operator: id, validators },
    warnings: [
      "this cannot be undone: neither its number nor its validators come back",
      ...(validators > 0 ? [`it serves ${validators} validators, which go on with one operator less`] : []),
    ],
    signer: owned.sender,
    transaction: await owned.ssv.ssvNetwork.removeOperator.populateTransaction(id),
    outcome: () => ({ operator: id, isRemoved: true }),
  };
}
