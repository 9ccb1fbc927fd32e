import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseEther } from "../../src/units/ether.ts";
import type { SendArguments } from "../arguments.ts";
import { planDeposit } from "../commands/deposit.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface DepositArguments extends SendArguments {
  readonly amount: string;
  readonly receiver: string | undefined;
  readonly referral: string | undefined;
}

const action: NewTaskActionFunction<DepositArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ethAmount = parseEther(args.amount);
    const receiver = args.receiver === undefined ? undefined : parseAddress(args.receiver, "receiver");
    const referral = args.referral === undefined ? undefined : parseAddress(args.referral, "referral");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planDeposit(opened, { sender, ethAmount, receiver, referral }), args, terminal);
  });

export default action;
