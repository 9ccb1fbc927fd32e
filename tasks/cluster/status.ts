import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { compare } from "../../src/ssv/operator.ts";
import { showCluster } from "../commands/showCluster.ts";
import { parseOperatorIds } from "../input.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface StatusArguments extends SSVArguments {
  readonly operators: string | undefined;
}

const action: NewTaskActionFunction<StatusArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const operatorIds =
      args.operators === undefined ? undefined : parseOperatorIds(args.operators, "operators").sort(compare);
    const shown = await showCluster(await openSSV(hre, args), operatorIds);
    if (!args.json) drawClusters({ ...shown, clusters: [shown] }, terminal);
    return shown;
  });

export default action;
