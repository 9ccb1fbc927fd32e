import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import type { SendArguments } from "../arguments.ts";
import { planReserveDeposit } from "../commands/payReserve.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface DepositArguments extends SendArguments {
  readonly amount: string | undefined;
}

const action: NewTaskActionFunction<DepositArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ethAmount = parseEther(requireOption(args.amount, "amount", "say how much to pay in, in ETH"), "amount");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planReserveDeposit(opened, { sender, ethAmount }), args, terminal);
  });

export default action;
