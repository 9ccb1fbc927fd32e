import { emptyTask, task } from "hardhat/config";

import { built, changingCluster, readingOwn, sending, text, withPage } from "../options.ts";

/** `cluster fund`, which SSV calls a deposit. */
const funding = (["fund", "deposit"] as const).map((name) =>
  changingCluster(task(["cluster", name], name === "fund" ? "Pay into a cluster" : "The same as `cluster fund`"))
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "ETH to pay" })
    .addOption({
      name: "days",
      type: text,
      defaultValue: undefined,
      description: "Or the days it shall run, and 50 blocks more",
    })
    .setAction(built(() => import("../cluster/fund.ts")))
    .build(),
);

/** Tasks of the group `cluster`. */
export const clusterTasks = [
  emptyTask("cluster", "Look after the clusters of an account at ssv.network").build(),
  readingOwn(task(["cluster", "list"], "Show the clusters of an account with their runways"))
    .setAction(built(() => import("../cluster/list.ts")))
    .build(),
  withPage(readingOwn(task(["cluster", "status"], "Show all that is known of a cluster")))
    .addOption({
      name: "operators",
      type: text,
      defaultValue: undefined,
      description: "Operators of the cluster, by commas; default: the only cluster",
    })
    .setAction(built(() => import("../cluster/status.ts")))
    .build(),
  ...funding,
  changingCluster(task(["cluster", "withdraw"], "Take ether out of a cluster"))
    .addOption({ name: "amount", type: text, defaultValue: undefined, description: "ETH to take, or all" })
    .setAction(built(() => import("../cluster/withdraw.ts")))
    .build(),
  changingCluster(task(["cluster", "liquidate"], "End a cluster that anybody may liquidate, to reactivate it"))
    .setAction(built(() => import("../cluster/liquidate.ts")))
    .build(),
  changingCluster(task(["cluster", "reactivate"], "Let a liquidated cluster run again, and pay for it"))
    .addOption({ name: "days", type: text, defaultValue: undefined, description: "Days it shall run; for eoa alone" })
    .setAction(built(() => import("../cluster/reactivate.ts")))
    .build(),
  readingOwn(task(["cluster", "liquidation-check"], "Fail if a cluster is short, liquidatable or liquidated"))
    .setAction(built(() => import("../cluster/liquidationCheck.ts")))
    .build(),
  changingCluster(task(["cluster", "top-up"], "Fill a cluster of the pool that is short, from its operating reserve"))
    .setAction(built(() => import("../cluster/topUp.ts")))
    .build(),
  sending(task(["cluster", "set-runway"], "Set for how long the pool's clusters are funded, by role"))
    .addOption({ name: "days", type: text, defaultValue: undefined, description: "Days to fund; default: as before" })
    .addOption({
      name: "minDays",
      type: text,
      defaultValue: undefined,
      description: "Days below which a cluster is short; default: as before",
    })
    .setAction(built(() => import("../cluster/setRunway.ts")))
    .build(),
  sending(task(["cluster", "set-max-effective-balance"], "Set for how large validators clusters are funded, by role"))
    .addOption({ name: "eth", type: text, defaultValue: undefined, description: "Largest effective balance, ETH" })
    .setAction(built(() => import("../cluster/setMaxEffectiveBalance.ts")))
    .build(),
];
