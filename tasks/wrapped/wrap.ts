import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planWrapEther, wrap } from "../commands/wrap.ts";
import { InputError, parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";
import { openWrapped, type WrapArguments } from "./arguments.ts";

interface Arguments extends WrapArguments {
  readonly ether: boolean;
  readonly referral: string | undefined;
}

const action: NewTaskActionFunction<Arguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const referral = args.referral === undefined ? undefined : parseAddress(args.referral, "referral");
    if (referral !== undefined && !args.ether)
      throw new InputError("referral", referral, "is for ether that is staked", "leave it out, or add --ether");
    const { opened, request } = await openWrapped(hre, args);
    if (!args.ether) return wrap(opened, request, args, terminal);
    return carryOut(await planWrapEther(opened, request, referral), args, terminal);
  });

export default action;
