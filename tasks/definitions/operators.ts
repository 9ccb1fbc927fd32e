import { emptyTask, task } from "hardhat/config";

import { built, readingSSV, text } from "../options.ts";

/** Tasks of the group `operators`. */
export const operatorsTasks = [
  emptyTask("operators", "Look at the operators of ssv.network and choose some").build(),
  readingSSV(task(["operators", "list"], "Show the operators of ssv.network with their fees"))
    .addOption({ name: "owner", type: text, defaultValue: undefined, description: "Only those of this account" })
    .addFlag({ name: "usable", description: "Only those that the account can use" })
    .addOption({ name: "limit", type: text, defaultValue: undefined, description: "Most operators; default: all" })
    .setAction(built(() => import("../operators/list.ts")))
    .build(),
  readingSSV(task(["operators", "show"], "Show an operator: fees, room, whitelist, key, own clusters it serves"))
    .addPositionalArgument({ name: "id", description: "Number of the operator" })
    .setAction(built(() => import("../operators/show.ts")))
    .build(),
  readingSSV(task(["operators", "suggest"], "Choose operators for clusters and write their keys to a file"))
    .addOption({ name: "size", defaultValue: "4", description: "Operators of a cluster: 4, 7, 10 or 13" })
    .addOption({ name: "sets", defaultValue: "1", description: "How many clusters, without an operator in common" })
    .addOption({ name: "strategy", defaultValue: "diverse", description: "diverse or cheapest" })
    .addOption({ name: "validators", defaultValue: "1", description: "For how many validators there must be room" })
    .addOption({
      name: "maxFeeWei",
      type: text,
      defaultValue: undefined,
      description: "Highest fee of one, wei per block",
    })
    .addOption({ name: "include", type: text, defaultValue: undefined, description: "Ids that must be in, by commas" })
    .addOption({ name: "exclude", type: text, defaultValue: undefined, description: "Ids to leave out, by commas" })
    .addOption({ name: "out", type: text, defaultValue: undefined, description: "File to write ids and keys to" })
    .setAction(built(() => import("../operators/suggest.ts")))
    .build(),
];
