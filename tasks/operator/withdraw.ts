import { parseEther } from "../../src/units/ether.ts";
import { planEarnings } from "../commands/ownOperator.ts";
import { operatorTask, type OperatorArguments } from "../operatorTask.ts";

interface WithdrawArguments extends OperatorArguments {
  readonly amount: string | undefined;
}

export default operatorTask(planEarnings, ({ amount }: WithdrawArguments) =>
  amount === undefined ? undefined : parseEther(amount, "amount"),
);
