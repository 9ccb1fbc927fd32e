import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planDiscard } from "../commands/discard.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseInteger, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { findRoleHolder } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface DiscardArguments extends SendArguments {
  readonly batch: string | undefined;
}

const action: NewTaskActionFunction<DiscardArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const number = requireOption(args.batch, "batch", "name a batch by its number, which `validators list` shows");
    const batchId = parseInteger(number, "batch");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const operator = await findRoleHolder(opened, opened.pool.poolManager, "discardBatch", args.from);
    return carryOut(await planDiscard(opened, operator, batchId), args, terminal);
  });

export default action;
