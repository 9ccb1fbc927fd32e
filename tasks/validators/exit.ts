import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { exitByConsensus, type RequestArguments } from "../commands/exitVia.ts";
import { planExit } from "../commands/exitValidators.ts";
import { InputError, parseChoice, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, poolOf, type SSVArguments } from "../ssvConnection.ts";
import { carryOut } from "../transaction.ts";
import { readPubkeys, type KeysArguments } from "../validatorKeys.ts";

interface ExitArguments extends RequestArguments, SSVArguments, KeysArguments {
  readonly via: string;
}

const action: NewTaskActionFunction<ExitArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const via = parseChoice(args.via, "via", ["ssv", "el"]);
    const pubkeys = readPubkeys(args);
    const ssv = await openSSV(hre, args, false);
    if (via === "ssv") return carryOut(await planExit(ssv, pubkeys, args.from), args, terminal);
    const account = requireOption(ssv.account, "account", "name the pool with --pool");
    const opened = await poolOf(ssv, account);
    if (opened === undefined)
      throw new InputError("via", "el", "works for a pool's validators", "use the owner of the withdrawal address");
    return exitByConsensus(opened, pubkeys, args, terminal);
  });

export default action;
