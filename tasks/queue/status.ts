import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { queueStatus, requestStatus } from "../commands/queueStatus.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseInteger } from "../input.ts";
import { runTask } from "../runner.ts";

interface StatusArguments extends ReadArguments {
  readonly id: string | undefined;
}

const action: NewTaskActionFunction<StatusArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const id = args.id === undefined ? undefined : parseInteger(args.id, "id");
    const opened = await openPool(await connectNetwork(hre, true), args.pool);
    return id === undefined ? queueStatus(opened) : requestStatus(opened, id);
  });

export default action;
