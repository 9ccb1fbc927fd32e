import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { listClusters } from "../commands/listClusters.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

const action: NewTaskActionFunction<SSVArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const listed = await listClusters(await openSSV(hre, args));
    if (!args.json) drawClusters(listed, terminal);
    return listed;
  });

export default action;
