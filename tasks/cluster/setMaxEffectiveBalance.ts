import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planMaxEffectiveBalance } from "../commands/clusterSettings.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseCount, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface SetMaxEffectiveBalanceArguments extends SendArguments {
  readonly eth: string | undefined;
}

/** Effective balances that a validator can have, whole ether. */
const [LEAST, MOST] = [32, 2_048];

const action: NewTaskActionFunction<SetMaxEffectiveBalanceArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const remedy = "give the largest effective balance that a validator of the pool can come to have, in whole ETH";
    const ethEach = BigInt(parseCount(requireOption(args.eth, "eth", remedy), "eth", LEAST, MOST));
    const opened = await openPool(await connectNetwork(hre), args.pool);
    return carryOut(await planMaxEffectiveBalance(opened, { ethEach, from: args.from }), args, terminal);
  });

export default action;
