import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { BLOCKS_PER_YEAR } from "../../src/ssv/fees.ts";
import type { Operator } from "../../src/ssv/operator.ts";
import { onlyOperator, type OwnedOperators } from "../operatorAccount.ts";
import { InputError } from "../input.ts";
import type { Plan } from "../transaction.ts";

/** Proposes to declare a higher fee, which may be put into force after a time, and within another. */
export async function planDeclaredFee(owned: OwnedOperators, fee: bigint): Promise<Plan> {
  const { ssvNetwork, connection } = owned.ssv;
  const operator = onlyOperator(owned);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), connection.ethers.provider);
  const periods = await views.getOperatorFeePeriods();
  return {
    ...planOf(owned, `declare a fee of ${fee} wei per block for operator ${operator.id}`, operator, fee),
    details: {
      ...feeDetails(operator, fee),
      executableAfterDays: days(periods.declarePeriod),
      thenWithinDays: days(periods.executePeriod),
    },
    transaction: await ssvNetwork.declareOperatorFee.populateTransaction(operator.id, fee),
  };
}

/**
 * Proposes to put the declared fee into force.
 * @throws {InputError} If none is declared.
 */
export async function planExecutedFee(owned: OwnedOperators): Promise<Plan> {
  const operator = onlyOperator(owned);
  const fee = requireDeclared(operator);
  return {
    ...planOf(owned, `charge ${fee} wei per block for operator ${operator.id} from now on`, operator, fee),
    transaction: await owned.ssv.ssvNetwork.executeOperatorFee.populateTransaction(operator.id),
  };
}

/**
 * Proposes to drop the declared fee.
 * @throws {InputError} If none is declared.
 */
export async function planCancelledFee(owned: OwnedOperators): Promise<Plan> {
  const operator = onlyOperator(owned);
  const fee = requireDeclared(operator);
  const action = `drop the declared fee of ${fee} wei per block of operator ${operator.id}`;
  return {
    ...planOf(owned, action, operator, operator.feeWeiPerBlock),
    transaction: await owned.ssv.ssvNetwork.cancelDeclaredOperatorFee.populateTransaction(operator.id),
  };
}

/** Proposes to charge less at once. */
export async function planReducedFee(owned: OwnedOperators, fee: bigint): Promise<Plan> {
  const operator = onlyOperator(owned);
  return {
    ...planOf(owned, `charge ${fee} wei per block for operator ${operator.id} from now on`, operator, fee),
    warnings: fee === 0n ? ["this cannot be undone: a fee of zero can never be raised again"] : [],
    transaction: await owned.ssv.ssvNetwork.reduceOperatorFee.populateTransaction(operator.id, fee),
  };
}

function planOf({ sender }: OwnedOperators, action: string, operator: Operator, fee: bigint) {
  return {
    action,
    details: feeDetails(operator, fee),
    signer: sender,
    outcome: () => ({ operator: operator.id, newFeeWeiPerBlock: fee }),
  };
}

function feeDetails({ id, feeWeiPerBlock, validators }: Operator, fee: bigint) {
  return {
    operator: id,
    validators,
    feeWeiPerBlock,
    newFeeWeiPerBlock: fee,
    feeWeiPerYear: feeWeiPerBlock * BLOCKS_PER_YEAR,
    newFeeWeiPerYear: fee * BLOCKS_PER_YEAR,
  };
}

function requireDeclared({ id, declaredFee }: Operator): bigint {
  if (declaredFee !== undefined) return declaredFee.feeWeiPerBlock;
  throw new InputError(
    "operator",
    id.toString(),
    "has no declared fee, or one whose time has passed",
    "declare one with `operator fee declare`",
  );
}

function days(seconds: bigint): number {
  return Number(seconds) / 86_400;
}
