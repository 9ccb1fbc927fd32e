import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planWhitelist } from "../commands/ownOperator.ts";
import { InputError, parseAddress, parseOperatorIds, requireOption } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface WhitelistArguments extends OwnerArguments {
  readonly operators: string | undefined;
  readonly add: string | undefined;
  readonly remove: string | undefined;
}

const action: NewTaskActionFunction<WhitelistArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ids = parseOperatorIds(requireOption(args.operators, "operators", "name your operators"), "operators");
    const { add, remove } = args;
    if ((add === undefined) === (remove === undefined))
      throw new InputError(
        "add",
        add === undefined ? "nothing" : "both",
        "is to be given, or remove, and not both",
        "name accounts to put on the whitelist with --add, or to take off it with --remove",
      );
    const field = add === undefined ? "remove" : "add";
    const accounts = (add ?? remove ?? "").split(",").map((text) => parseAddress(text.trim(), field));
    const twice = accounts.find((account, i) => accounts.indexOf(account) < i);
    if (twice !== undefined) throw new InputError(field, twice, "is named twice", "name each account once");
    return carryOut(await planWhitelist(await openOwned(hre, args, ids), accounts, add !== undefined), args, terminal);
  });

export default action;
