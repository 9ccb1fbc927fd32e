import { emptyTask, task } from "hardhat/config";

import { built, reading, sending, text } from "../options.ts";

/** Tasks of the group `reserve`. */
export const reserveTasks = [
  emptyTask("reserve", "Look after the operating reserve, which pays for the pool's clusters").build(),
  reading(task(["reserve", "show"], "Show the operating reserve, what may be taken out, and the runway settings"))
    .setAction(built(() => import("../reserve/show.ts")))
    .build(),
  sending(task(["reserve", "deposit"], "Pay into the operating reserve"))
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "ETH to pay" })
    .setAction(built(() => import("../reserve/deposit.ts")))
    .build(),
  sending(task(["reserve", "withdraw"], "Take a part of the operating reserve out, by role"))
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "ETH to take" })
    .addOption({ name: "to", type: text, defaultValue: undefined, description: "Who gets it" })
    .setAction(built(() => import("../reserve/withdraw.ts")))
    .build(),
];
