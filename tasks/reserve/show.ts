import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { showReserve } from "../commands/showReserve.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { runTask } from "../runner.ts";

const action: NewTaskActionFunction<ReadArguments> = (args, hre) =>
  runTask(hre, args, async () => showReserve(await openPool(await connectNetwork(hre, true), args.pool)));

export default action;
