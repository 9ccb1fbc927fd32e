import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import { openCluster, type ClusterArguments } from "../clusterAccount.ts";
import { planWithdraw } from "../commands/withdrawFromCluster.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface WithdrawArguments extends ClusterArguments {
  readonly amount: string | undefined;
}

const action: NewTaskActionFunction<WithdrawArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ethAmount = parseEther(requireOption(args.amount, "amount", "say how much to take out, in ETH"), "amount");
    return carryOut(await planWithdraw(await openCluster(hre, args), ethAmount), args, terminal);
  });

export default action;
