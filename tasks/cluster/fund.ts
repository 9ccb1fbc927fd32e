import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import { openCluster, type ClusterArguments } from "../clusterAccount.ts";
import { planFund } from "../commands/fundCluster.ts";
import { InputError, parseDays } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface FundArguments extends ClusterArguments {
  readonly amount: string | undefined;
  readonly days: string | undefined;
}

const action: NewTaskActionFunction<FundArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const { amount, days } = args;
    if ((amount === undefined) === (days === undefined))
      throw new InputError(
        "amount",
        amount === undefined ? "nothing" : `${amount} and ${String(days)} days`,
        "is to be given, or days, and not both",
        "say how much to pay in with --amount, or for how long the cluster shall run with --days",
      );
    const wanted = amount === undefined ? { days: parseDays(days ?? "") } : { ethAmount: parseEther(amount, "amount") };
    return carryOut(await planFund(await openCluster(hre, args, "payIn"), wanted), args, terminal);
  });

export default action;
