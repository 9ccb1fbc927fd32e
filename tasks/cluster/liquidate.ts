import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { openCluster, type ClusterArguments } from "../clusterAccount.ts";
import { planLiquidation } from "../commands/liquidateCluster.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

const action: NewTaskActionFunction<ClusterArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => carryOut(await planLiquidation(await openCluster(hre, args)), args, terminal));

export default action;
