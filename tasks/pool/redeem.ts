import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { parseMaxFee, planRedemption } from "../commands/redeem.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface RedeemArguments extends SendArguments {
  readonly amount: string;
  readonly shares: boolean;
  readonly receiver: string | undefined;
  readonly maxFee: string | undefined;
}

const action: NewTaskActionFunction<RedeemArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const { amount, shares: inShares } = args;
    const maxFee = args.maxFee === undefined ? undefined : parseMaxFee(args.maxFee);
    const receiver = args.receiver === undefined ? undefined : parseAddress(args.receiver, "receiver");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planRedemption(opened, { sender, amount, inShares, receiver, maxFee }), args, terminal);
  });

export default action;
