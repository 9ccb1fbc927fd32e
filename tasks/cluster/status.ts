import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { showCluster } from "../commands/showCluster.ts";
import { parseCluster } from "../input.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface StatusArguments extends SSVArguments {
  readonly operators: string | undefined;
}

const action: NewTaskActionFunction<StatusArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const operatorIds = parseCluster(args.operators);
    const shown = await showCluster(await openSSV(hre, args), operatorIds);
    if (!args.json) drawClusters({ ...shown, clusters: [shown] }, terminal);
    return shown;
  });

export default action;
