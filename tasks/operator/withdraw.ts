import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import { planEarnings } from "../commands/ownOperator.ts";
import { parseOperatorId } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface WithdrawArguments extends OwnerArguments {
  readonly id: string;
  readonly amount: string | undefined;
}

const action: NewTaskActionFunction<WithdrawArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const id = parseOperatorId(args.id, "id");
    const amount = args.amount === undefined ? undefined : parseEther(args.amount, "amount");
    return carryOut(await planEarnings(await openOwned(hre, args, [id]), amount), args, terminal);
  });

export default action;
