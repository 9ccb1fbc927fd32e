import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { resplitKeys, type ResplitOptions } from "../commands/resplitKeys.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ResplitArguments extends SSVArguments, ResplitOptions {
  readonly dir: string | undefined;
}

const action: NewTaskActionFunction<ResplitArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder of the keys");
    return resplitKeys(await openSSV(hre, args), folder, args, new Date().toISOString(), terminal);
  });

export default action;
