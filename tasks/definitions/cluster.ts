import { emptyTask, task } from "hardhat/config";

import { built, readingSSV, text } from "../options.ts";

/** Tasks of the group `cluster`. */
export const clusterTasks = [
  emptyTask("cluster", "Look after the clusters of an account at ssv.network").build(),
  readingSSV(task(["cluster", "list"], "Show the clusters of an account with their runways"))
    .setAction(built(() => import("../cluster/list.ts")))
    .build(),
  readingSSV(task(["cluster", "status"], "Show all that is known of a cluster"))
    .addOption({
      name: "operators",
      type: text,
      defaultValue: undefined,
      description: "Operators of the cluster, by commas; default: the only cluster",
    })
    .setAction(built(() => import("../cluster/status.ts")))
    .build(),
];
