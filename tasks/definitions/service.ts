import { emptyTask, task } from "hardhat/config";

import { built, readingOwn, readingSSV, SCAN_FROM, sendingSSV, text, withPage } from "../options.ts";

/** Tasks of the group `service`. */
export const serviceTasks = [
  emptyTask("service", "Run validators of others at ssv.network, from an account of one's own").build(),
  readingSSV(task(["service", "funding"], "Show what validators cost at ssv.network for some days"))
    .addOption({ name: "operators", type: text, defaultValue: undefined, description: "Operators, by commas" })
    .addOption({ name: "validators", defaultValue: "1", description: "How many, of 32 ETH each" })
    .addOption({ name: "days", defaultValue: "90", description: "How long they shall run" })
    .addOption({
      name: "own",
      type: text,
      defaultValue: undefined,
      description: "Those of the operators whose earnings come back to you, by commas",
    })
    .setAction(built(() => import("../service/funding.ts")))
    .build(),
  withPage(
    readingOwn(
      task(["service", "report"], "Show what all clusters of an account have, burn and lack, the most urgent first"),
    ),
  )
    .addOption({ name: "days", defaultValue: "90", description: "For how long the clusters shall be filled" })
    .setAction(built(() => import("../service/report.ts")))
    .build(),
  sendingSSV(
    task(["service", "onboard"], "Verify a folder of key shares, and register its validators with --account eoa"),
  )
    .addOption({ name: "dir", type: text, defaultValue: undefined, description: "Folder of the key shares" })
    .addOption({ name: "days", defaultValue: "90", description: "How long the cluster shall run" })
    .addOption({
      name: "perTransaction",
      type: text,
      defaultValue: undefined,
      description: "Most validators of a transaction; default: as many as SSV takes",
    })
    .addOption({ name: "scanFrom", type: text, defaultValue: undefined, description: SCAN_FROM })
    .setAction(built(() => import("../service/onboard.ts")))
    .build(),
];
