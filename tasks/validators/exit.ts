import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planExit } from "../commands/exitValidators.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";
import { carryOut } from "../transaction.ts";
import { readPubkeys, type KeysArguments } from "../validatorKeys.ts";

const action: NewTaskActionFunction<SendArguments & SSVArguments & KeysArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const pubkeys = readPubkeys(args);
    return carryOut(await planExit(await openSSV(hre, args, false), pubkeys, args.from), args, terminal);
  });

export default action;
