import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { showOperator } from "../commands/showOperator.ts";
import { parseOperatorId } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ShowArguments extends SSVArguments {
  readonly id: string;
}

const action: NewTaskActionFunction<ShowArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const id = parseOperatorId(args.id, "id");
    return showOperator(await openSSV(hre, args), id);
  });

export default action;
