import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { showEarnings } from "../commands/operatorEarnings.ts";
import { parseOperatorIds, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface EarningsArguments extends SSVArguments {
  readonly operators: string | undefined;
}

const action: NewTaskActionFunction<EarningsArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const ids = parseOperatorIds(requireOption(args.operators, "operators", "name operators, as 1,2,3"), "operators");
    return showEarnings(await openSSV(hre, args), ids);
  });

export default action;
