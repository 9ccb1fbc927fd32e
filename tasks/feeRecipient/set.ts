import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planFeeRecipient } from "../commands/feeRecipient.ts";
import { parseAddress } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";
import { carryOut } from "../transaction.ts";

interface SetArguments extends SendArguments, SSVArguments {
  readonly recipient: string;
}

const action: NewTaskActionFunction<SetArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const recipient = parseAddress(args.recipient, "recipient");
    return carryOut(await planFeeRecipient(await openSSV(hre, args, false), recipient, args.from), args, terminal);
  });

export default action;
