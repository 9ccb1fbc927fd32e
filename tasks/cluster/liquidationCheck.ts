import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { checkLiquidation } from "../commands/checkLiquidation.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

const action: NewTaskActionFunction<SSVArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => checkLiquidation(await openSSV(hre, args), args, terminal));

export default action;
