import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import { openCluster, type ClusterArguments } from "../clusterAccount.ts";
import { ALL, planWithdraw } from "../commands/withdrawFromCluster.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface WithdrawArguments extends ClusterArguments {
  readonly amount: string | undefined;
}

const action: NewTaskActionFunction<WithdrawArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const amount = requireOption(args.amount, "amount", "say how much to take out, in ETH");
    const wanted = amount === ALL ? ALL : parseEther(amount, "amount");
    return carryOut(await planWithdraw(await openCluster(hre, args), wanted), args, terminal);
  });

export default action;
