import { emptyTask, task } from "hardhat/config";

import { built, running } from "../options.ts";

/** Tasks of the group `keeper`. */
export const keeperTasks = [
  emptyTask("keeper", "Do what anybody may do for a pool").build(),
  running(task(["keeper", "run"], "Do what a pool needs and anybody may do, until a signal"))
    .setAction(built(() => import("../keeper/run.ts")))
    .build(),
];
