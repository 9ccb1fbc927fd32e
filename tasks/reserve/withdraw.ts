import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import type { SendArguments } from "../arguments.ts";
import { planReserveWithdrawal } from "../commands/payReserve.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress, requireOptions } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface WithdrawArguments extends SendArguments {
  readonly amount: string | undefined;
  readonly to: string | undefined;
}

const action: NewTaskActionFunction<WithdrawArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const { amount, to } = requireOptions(
      { amount: args.amount, to: args.to },
      "say how much to take out, in ETH, and who gets it",
    );
    const ethAmount = parseEther(amount, "amount");
    const receiver = parseAddress(to, "to");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    return carryOut(await planReserveWithdrawal(opened, { ethAmount, receiver, from: args.from }), args, terminal);
  });

export default action;
