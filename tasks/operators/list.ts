import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { listOperators } from "../commands/listOperators.ts";
import { parseAddress, parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface ListArguments extends SSVArguments {
  readonly owner: string | undefined;
  readonly usable: boolean;
  readonly limit: string | undefined;
}

const action: NewTaskActionFunction<ListArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const owner = args.owner === undefined ? undefined : parseAddress(args.owner, "owner");
    const most = Number.MAX_SAFE_INTEGER;
    const limit = args.limit === undefined ? most : parseCount(args.limit, "limit", 1, most);
    return listOperators(await openSSV(hre, args), { owner, usable: args.usable, limit }, terminal);
  });

export default action;
