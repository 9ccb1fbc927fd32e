import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { importBatch } from "../commands/importDkg.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ImportArguments extends SSVArguments {
  readonly from: string | undefined;
  readonly dir: string | undefined;
}

const action: NewTaskActionFunction<ImportArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const from = requireOption(args.from, "from", "name the folder that ssv-dkg wrote");
    const folder = requireOption(args.dir, "dir", "name the folder of the ceremony");
    return importBatch(await openSSV(hre, args), from, folder);
  });

export default action;
