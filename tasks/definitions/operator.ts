import { emptyTask, task } from "hardhat/config";

import { built, owningOperators, readingSSV, text } from "../options.ts";

const ID = { name: "id", description: "Number of the operator" } as const;
const FEE = {
  name: "feeWei",
  type: text,
  defaultValue: undefined,
  description: "Fee for 32 ETH, wei per block",
} as const;
const OPERATORS = {
  name: "operators",
  type: text,
  defaultValue: undefined,
  description: "Operators, by commas",
} as const;

/** Tasks of the group `operator`: what their owner does with them. */
export const operatorTasks = [
  emptyTask("operator", "Run operators of ssv.network").build(),
  emptyTask(["operator", "fee"], "Change the fee of an operator").build(),
  owningOperators(task(["operator", "register"], "Register an operator"))
    .addOption({ name: "key", type: text, defaultValue: undefined, description: "File with its public key" })
    .addOption(FEE)
    .addFlag({ name: "private", description: "Serve only accounts on its whitelist" })
    .setAction(built(() => import("../operator/register.ts")))
    .build(),
  readingSSV(task(["operator", "show"], "The same as `operators show`"))
    .addPositionalArgument(ID)
    .setAction(built(() => import("../operators/show.ts")))
    .build(),
  owningOperators(task(["operator", "fee", "declare"], "Declare a higher fee, to be put into force later"))
    .addPositionalArgument(ID)
    .addOption(FEE)
    .setAction(built(() => import("../operator/declareFee.ts")))
    .build(),
  owningOperators(task(["operator", "fee", "execute"], "Put the declared fee into force"))
    .addPositionalArgument(ID)
    .setAction(built(() => import("../operator/executeFee.ts")))
    .build(),
  owningOperators(task(["operator", "fee", "cancel"], "Drop the declared fee"))
    .addPositionalArgument(ID)
    .setAction(built(() => import("../operator/cancelFee.ts")))
    .build(),
  owningOperators(task(["operator", "fee", "reduce"], "Charge less at once"))
    .addPositionalArgument(ID)
    .addOption(FEE)
    .setAction(built(() => import("../operator/reduceFee.ts")))
    .build(),
  owningOperators(task(["operator", "whitelist"], "Put accounts on the whitelists of operators, or take them off"))
    .addOption(OPERATORS)
    .addOption({ name: "add", type: text, defaultValue: undefined, description: "Accounts, by commas" })
    .addOption({ name: "remove", type: text, defaultValue: undefined, description: "Accounts, by commas" })
    .setAction(built(() => import("../operator/whitelist.ts")))
    .build(),
  owningOperators(task(["operator", "privacy"], "Have operators serve everybody, or only accounts on their whitelists"))
    .addOption(OPERATORS)
    .addOption({ name: "serve", type: text, defaultValue: undefined, description: "everybody or whitelisted" })
    .setAction(built(() => import("../operator/privacy.ts")))
    .build(),
  readingSSV(task(["operator", "earnings"], "Show what operators have earned and not withdrawn"))
    .addOption(OPERATORS)
    .setAction(built(() => import("../operator/earnings.ts")))
    .build(),
  owningOperators(task(["operator", "withdraw"], "Have an operator's earnings paid out to its owner"))
    .addPositionalArgument(ID)
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "ETH; default: all" })
    .setAction(built(() => import("../operator/withdraw.ts")))
    .build(),
  owningOperators(task(["operator", "remove"], "Remove an operator for ever"))
    .addPositionalArgument(ID)
    .setAction(built(() => import("../operator/remove.ts")))
    .build(),
];
