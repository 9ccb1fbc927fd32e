import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ApprovedArguments } from "../arguments.ts";
import { planReport } from "../commands/report.ts";
import { readReportFields, type ReportOptions } from "../commands/reportFields.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { runTask } from "../runner.ts";
import { findMembers, findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

const action: NewTaskActionFunction<ApprovedArguments & ReportOptions> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const fields = readReportFields(args);
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const members = await findMembers(hre, opened, args.members);
    const sender = await findSender(opened, args.from);
    return carryOut(await planReport(opened, { sender, members, fields }), args, terminal);
  });

export default action;
