import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { showCluster } from "../commands/showCluster.ts";
import { parseCluster } from "../input.ts";
import { openPageFile } from "../page/pageFile.ts";
import { writePage } from "../page/writePage.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface StatusArguments extends SSVArguments {
  readonly operators: string | undefined;
  readonly html: string | undefined;
}

const action: NewTaskActionFunction<StatusArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const operatorIds = parseCluster(args.operators);
    const file = await openPageFile(args.html, terminal);
    const ssv = await openSSV(hre, args);
    const { shown, statuses } = await showCluster(ssv, operatorIds);
    const title = `Cluster ${shown.operators.join(", ")}`;
    await writePage(ssv, file, { title, report: shown, statuses }, terminal);
    if (!args.json) drawClusters({ ...shown, clusters: [shown] }, terminal);
    return shown;
  });

export default action;
