import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planRequest } from "../commands/requestWithdrawal.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface RequestArguments extends SendArguments {
  readonly amount: string;
  readonly shares: boolean;
  readonly owner: string | undefined;
}

const action: NewTaskActionFunction<RequestArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const { amount, shares: inShares } = args;
    const owner = args.owner === undefined ? undefined : parseAddress(args.owner, "owner");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planRequest(opened, { sender, amount, inShares, owner }), args, terminal);
  });

export default action;
