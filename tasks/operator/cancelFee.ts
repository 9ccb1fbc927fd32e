import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planCancelledFee } from "../commands/operatorFees.ts";
import { parseOperatorId } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface CancelArguments extends OwnerArguments {
  readonly id: string;
}

const action: NewTaskActionFunction<CancelArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const id = parseOperatorId(args.id, "id");
    return carryOut(await planCancelledFee(await openOwned(hre, args, [id])), args, terminal);
  });

export default action;
