import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ApprovedArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { planReport } from "../commands/report.ts";
import { readReportFields, type ReportOptions } from "../commands/reportFields.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { runTask } from "../runner.ts";
import { findMembers, findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

const action: NewTaskActionFunction<ApprovedArguments & ReportOptions & BeaconArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const fields = readReportFields(args);
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const beacon = await openBeacon(hre, args, opened.chainId);
    const members = await findMembers(hre, opened, args.members);
    const sender = await findSender(opened, args.from);
    const plan = await planReport(opened, { sender, members, fields, beacon, listsKeys: args.dryRun });
    return carryOut(plan, args, terminal);
  });

export default action;
