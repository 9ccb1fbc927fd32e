import { emptyTask, task } from "hardhat/config";

import { built, readingOwn, sendingSSV } from "../options.ts";

/** Tasks of the group `fee-recipient`. */
export const feeRecipientTasks = [
  emptyTask("fee-recipient", "Who gets the tips of an account's validators").build(),
  readingOwn(task(["fee-recipient", "show"], "Show who gets the tips"))
    .setAction(built(() => import("../feeRecipient/show.ts")))
    .build(),
  sendingSSV(task(["fee-recipient", "set"], "Name who gets the tips, with --account eoa alone"))
    .addPositionalArgument({ name: "recipient", description: "Address" })
    .setAction(built(() => import("../feeRecipient/set.ts")))
    .build(),
];
