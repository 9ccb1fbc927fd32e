import { emptyTask, task } from "hardhat/config";

import { built, reading, sending, text } from "../options.ts";

/** Tasks of the group `queue`. */
export const queueTasks = [
  emptyTask("queue", "Redeem poolETH for ether through the withdrawal queue").build(),
  sending(task(["queue", "request"], "Ask for the ether of poolETH; more than 1,000 ETH become several requests"))
    .addPositionalArgument({ name: "amount", description: "Amount in ether, such as 32 or 0.5, or all" })
    .addFlag({ name: "shares", description: "The amount is in shares: 1 for 1e18 of what is shown as shares" })
    .addOption({ name: "owner", type: text, defaultValue: undefined, description: "Who may claim; default: sender" })
    .setAction(built(() => import("../queue/request.ts")))
    .build(),
  reading(task(["queue", "status"], "Show how long the queue is and what can pay it, or one request"))
    .addOption({ name: "id", type: text, defaultValue: undefined, description: "Number of a request" })
    .setAction(built(() => import("../queue/status.ts")))
    .build(),
  reading(task(["queue", "list"], "List requests of an owner that were not claimed, by pages"))
    .addOption({
      name: "owner",
      type: text,
      defaultValue: undefined,
      description: "Whose; default: the network's first account",
    })
    .addOption({ name: "first", defaultValue: "1", description: "Number to begin with, such as the next id of a page" })
    .addOption({ name: "count", defaultValue: "100", description: "Requests on a page, 1 to 1000" })
    .setAction(built(() => import("../queue/list.ts")))
    .build(),
  sending(task(["queue", "claim"], "Take the ether of requests that can be claimed, in one transaction"))
    .addOption({ name: "id", type: text, defaultValue: undefined, description: "Numbers, by commas; default: all" })
    .addOption({ name: "receiver", type: text, defaultValue: undefined, description: "Who is paid; default: sender" })
    .setAction(built(() => import("../queue/claim.ts")))
    .build(),
  sending(task(["queue", "finalize-stale"], "Mark that reports have stopped, or finalize requests without a report"))
    .addOption({ name: "id", type: text, defaultValue: undefined, description: "Last request; default: all allowed" })
    .setAction(built(() => import("../queue/finalizeStale.ts")))
    .build(),
];
