import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { openCluster, type ClusterArguments } from "../clusterAccount.ts";
import { DEFAULT_DAYS, planReactivation } from "../commands/reactivateCluster.ts";
import { InputError, parseDays } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface ReactivateArguments extends ClusterArguments {
  readonly days: string | undefined;
}

const action: NewTaskActionFunction<ReactivateArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const days = args.days === undefined ? DEFAULT_DAYS : parseDays(args.days);
    const target = await openCluster(hre, args);
    if (target.opened !== undefined && args.days !== undefined)
      throw new InputError("days", args.days, "are for the pool's manager to say", "leave them out, or set its runway");
    return carryOut(await planReactivation(target, days), args, terminal);
  });

export default action;
