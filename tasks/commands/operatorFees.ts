import { ISSVNetworkViews__factory, type ISSVNetworkViews } from "../../typechain-types/index.ts";
import { BLOCKS_PER_YEAR, FEE_PRECISION_WEI } from "../../src/ssv/fees.ts";
import type { Operator } from "../../src/ssv/operator.ts";
import { onlyOperator, type OwnedOperators } from "../operatorAccount.ts";
import { InputError } from "../input.ts";
import type { Plan } from "../transaction.ts";

/** In which SSV counts how much a fee may rise. */
const BASIS_POINTS = 10_000n;

/**
 * Proposes to declare a higher fee, which may be put into force after a time, and within another.
 * @throws {InputError} If it is not higher, or outside of SSV's bounds.
 */
export async function planDeclaredFee(owned: OwnedOperators, fee: bigint): Promise<Plan> {
  const { ssvNetwork, connection } = owned.ssv;
  const operator = onlyOperator(owned);
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), connection.ethers.provider);
  await requireDeclarable(views, operator, fee);
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

/**
 * Proposes to charge less at once.
 * @throws {InputError} If it is not less, or below SSV's least fee.
 */
export async function planReducedFee(owned: OwnedOperators, fee: bigint): Promise<Plan> {
  const operator = onlyOperator(owned);
  const { ssvNetwork, connection } = owned.ssv;
  if (fee >= operator.feeWeiPerBlock)
    throw refuseFee(
      fee,
      `is no less than the ${operator.feeWeiPerBlock} wei in force`,
      "raise it with `operator fee declare`",
    );
  await requireLeast(ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), connection.ethers.provider), fee);
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

/** SSV's errors name no bounds. */
async function requireDeclarable(views: ISSVNetworkViews, { feeWeiPerBlock }: Operator, fee: bigint): Promise<void> {
  if (fee <= feeWeiPerBlock)
    throw refuseFee(
      fee,
      `is no more than the ${feeWeiPerBlock} wei in force`,
      "charge less with `operator fee reduce`",
    );
  if (feeWeiPerBlock === 0n)
    throw refuseFee(fee, "is for an operator whose fee is zero, which never rises", "register another operator");
  await requireLeast(views, fee);
  await requireMost(views, fee);
  const rise = await views.getOperatorFeeIncreaseLimit();
  const unit = FEE_PRECISION_WEI;
  const limit = ceilDiv((feeWeiPerBlock / unit) * (BASIS_POINTS + rise), BASIS_POINTS) * unit;
  if (fee > limit)
    throw refuseFee(fee, `is above ${limit} wei, as much as SSV lets the fee rise at a time`, "declare less");
}

/**
 * Checks that a fee is none, or not below SSV's least one.
 * @throws {InputError} Naming that.
 */
export async function requireLeast(views: ISSVNetworkViews, fee: bigint): Promise<void> {
  const least = await views.getMinimumOperatorEthFee();
  if (fee > 0n && fee < least) throw refuseFee(fee, `is below SSV's least fee, ${least} wei`, "give zero, or more");
}

/**
 * Checks that a fee is not above SSV's highest one.
 * @throws {InputError} Naming that.
 */
export async function requireMost(views: ISSVNetworkViews, fee: bigint): Promise<void> {
  const most = await views.getMaximumOperatorFee();
  if (fee > most) throw refuseFee(fee, `is above SSV's highest fee, ${most} wei`, "give less");
}

function refuseFee(fee: bigint, problem: string, remedy: string): InputError {
  return new InputError("feeWei", fee.toString(), problem, remedy);
}

function ceilDiv(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
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
