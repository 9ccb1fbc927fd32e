import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planFinalizeStale } from "../commands/finalizeStale.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseInteger } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface FinalizeStaleArguments extends SendArguments {
  readonly id: string | undefined;
}

const action: NewTaskActionFunction<FinalizeStaleArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const id = args.id === undefined ? undefined : parseInteger(args.id, "id");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planFinalizeStale(opened, { sender, id }), args, terminal);
  });

export default action;
