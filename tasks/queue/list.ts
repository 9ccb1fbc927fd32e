import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { listRequests } from "../commands/listRequests.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress, parseCount, parseInteger } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";

const MOST_PER_PAGE = 1_000;

interface ListArguments extends ReadArguments {
  readonly owner: string | undefined;
  readonly first: string;
  readonly count: string;
}

const action: NewTaskActionFunction<ListArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const named = args.owner === undefined ? undefined : parseAddress(args.owner, "owner");
    const firstId = parseInteger(args.first, "first");
    const count = parseCount(args.count, "count", 1, MOST_PER_PAGE);
    const opened = await openPool(await connectNetwork(hre, named !== undefined), args.pool);
    const owner = named ?? (await findSender(opened, undefined)).address;
    return listRequests(opened, { owner, firstId, count });
  });

export default action;
