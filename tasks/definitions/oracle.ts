import { emptyTask, task } from "hardhat/config";

import { approving, built, running, text, withBeaconNode } from "../options.ts";

/** Tasks of the group `oracle`. */
export const oracleTasks = [
  emptyTask("oracle", "Report the pool's balances").build(),
  withBeaconNode(approving(task(["oracle", "report"], "Sign a report with the given members' keys and apply it")))
    .addOption({
      name: "file",
      type: text,
      defaultValue: undefined,
      description: "JSON file with fields of the report",
    })
    .addOption({ name: "refSlot", type: text, defaultValue: undefined, description: "Last slot of a frame" })
    .addOption({ name: "validatorsGwei", type: text, defaultValue: undefined, description: "Balances of validators" })
    .addOption({ name: "pendingGwei", type: text, defaultValue: undefined, description: "Own pending deposits" })
    .setAction(built(() => import("../oracle/report.ts")))
    .build(),
  task(["oracle", "replay"], "Compute an archived report again, without any network")
    .addPositionalArgument({ name: "slot", description: "Reference slot of the report" })
    .addOption({
      name: "configFile",
      type: text,
      defaultValue: undefined,
      description: "Configuration of the oracle member",
    })
    .addFlag({ name: "json", description: "Print the result as JSON" })
    .setAction(built(() => import("../oracle/replay.ts")))
    .build(),
  running(task(["oracle", "run"], "Run a member of the oracle committee, until a signal"))
    .setAction(built(() => import("../oracle/run.ts")))
    .build(),
];
