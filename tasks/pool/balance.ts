import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { poolBalance } from "../commands/poolBalance.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";

interface BalanceArguments extends ReadArguments {
  readonly account: string;
}

const action: NewTaskActionFunction<BalanceArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const account = parseAddress(args.account, "account");
    return poolBalance(await openPool(await connectNetwork(hre, true), args.pool), account);
  });

export default action;
