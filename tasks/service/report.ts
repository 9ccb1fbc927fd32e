import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { reportService } from "../commands/reportService.ts";
import { parseDays } from "../input.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ReportArguments extends SSVArguments {
  readonly days: string;
}

const action: NewTaskActionFunction<ReportArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const days = parseDays(args.days);
    const { report } = await reportService(await openSSV(hre, args), days);
    if (!args.json) drawClusters(report, terminal);
    return report;
  });

export default action;
