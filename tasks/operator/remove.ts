import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planOperatorRemoval } from "../commands/ownOperator.ts";
import { parseOperatorId } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface RemoveArguments extends OwnerArguments {
  readonly id: string;
}

const action: NewTaskActionFunction<RemoveArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const id = parseOperatorId(args.id, "id");
    return carryOut(await planOperatorRemoval(await openOwned(hre, args, [id])), args, terminal);
  });

export default action;
