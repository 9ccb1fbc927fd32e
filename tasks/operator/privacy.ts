import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planPrivacy } from "../commands/ownOperator.ts";
import { parseChoice, parseOperatorIds, requireOption } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface PrivacyArguments extends OwnerArguments {
  readonly operators: string | undefined;
  readonly serve: string | undefined;
}

const action: NewTaskActionFunction<PrivacyArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ids = parseOperatorIds(requireOption(args.operators, "operators", "name your operators"), "operators");
    const serve = requireOption(args.serve, "serve", "give everybody or whitelisted");
    const isPrivate = parseChoice(serve, "serve", ["everybody", "whitelisted"]) === "whitelisted";
    return carryOut(await planPrivacy(await openOwned(hre, args, ids), isPrivate), args, terminal);
  });

export default action;
