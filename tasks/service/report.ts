import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { reportService } from "../commands/reportService.ts";
import { parseDays } from "../input.ts";
import { openPageFile } from "../page/pageFile.ts";
import { writePage } from "../page/writePage.ts";
import { runTask } from "../runner.ts";
import { drawClusters } from "../runwayBar.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ReportArguments extends SSVArguments {
  readonly days: string;
  readonly html: string | undefined;
}

const action: NewTaskActionFunction<ReportArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const days = parseDays(args.days);
    const file = await openPageFile(args.html, terminal);
    const ssv = await openSSV(hre, args);
    const { report, statuses } = await reportService(ssv, days);
    await writePage(ssv, file, { title: "Staking service", report, statuses }, terminal);
    if (!args.json) drawClusters(report, terminal);
    return report;
  });

export default action;
