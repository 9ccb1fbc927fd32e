import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { advanceFrame } from "../commands/localAdvance.ts";
import { requireLocalNetwork } from "../commands/localCeremony.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { runTask } from "../runner.ts";

const action: NewTaskActionFunction<ReadArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    requireLocalNetwork(hre);
    return advanceFrame(await openPool(await connectNetwork(hre), args.pool));
  });

export default action;
