import { fetchFeeTerms } from "../../clients/clusterStatus.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { checkOperatorIds } from "../../src/ssv/committee.ts";
import { serviceFunding } from "../../src/ssv/serviceFunding.ts";
import { InputError } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";

/** What is to be paid for. */
export interface ServiceRequest {
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
  readonly validators: number;
  readonly days: bigint;
  /** Operators whose earnings come back to the one who pays. */
  readonly own: readonly bigint[];
}

/**
 * What validators of 32 ETH in a cluster of their own cost, by the fees in force.
 * @throws {OperatorIdsError | InputError} If the operators are no cluster, the own ones are none of them, or one was
 *   removed.
 * @throws {OperatorDirectoryError} If there is no such operator.
 */
export async function fundService(
  { ssvNetwork }: SSVConnection,
  { operatorIds, validators, days, own }: ServiceRequest,
) {
  checkOperatorIds(operatorIds);
  const positions = own.map((id) => {
    const position = operatorIds.indexOf(id);
    if (position < 0)
      throw new InputError("own", id.toString(), "is none of the operators", "name some of those of --operators");
    return position;
  });
  const { operators, blockNumber } = await fetchOperatorDirectory(ssvNetwork, { ids: operatorIds });
  // Their fee is zero, as if they worked for nothing.
  const removed = operators.find(({ isRemoved }) => isRemoved);
  if (removed !== undefined)
    throw new InputError(
      "operators",
      removed.id.toString(),
      "names an operator that was removed from ssv.network",
      "choose another one with `operators list`",
    );
  const { terms } = await fetchFeeTerms(ssvNetwork, operatorIds, blockNumber);
  const funding = serviceFunding(terms, { validators, days, own: positions });
  return {
    ssvNetwork: await ssvNetwork.getAddress(),
    blockNumber,
    operators: [...operatorIds],
    validators,
    periodDays: Number(days),
    periodBlocks: funding.periodBlocks,
    networkFeeWeiPerBlock: terms.networkFeeWei,
    operatorFeesWeiPerBlock: terms.operatorFeesWei.reduce((sum, fee) => sum + fee, 0n),
    collateralWei: funding.collateral,
    runningWei: funding.running,
    toOwnOperatorsWei: funding.toOwnOperators,
    requiredWei: funding.required,
    netOfOwnFeesWei: funding.netOfOwnFees,
    byGuideWei: funding.byGuide,
  };
}
