import { emptyTask, task } from "hardhat/config";

import { built, reading, text } from "../options.ts";

/** Tasks of the group `local`. */
export const localTasks = [
  emptyTask("local", "A chain on this machine with everything on it").build(),
  task(["local", "up"], "Start a local node with a pool on it, until a signal or until nobody uses it")
    .addFlag({ name: "json", description: "Print the addresses as JSON" })
    .addOption({ name: "port", defaultValue: "8545", description: "Port on 127.0.0.1; 0 for any" })
    .addOption({ name: "idle", defaultValue: "60", description: "Minutes without a call after which it ends" })
    .setAction(built(() => import("../local/up.ts")))
    .build(),
  reading(task(["local", "ceremony"], "Make development keys for the local operators"))
    .addOption({ name: "count", defaultValue: "4", description: "How many keys" })
    .addOption({ name: "out", type: text, defaultValue: undefined, description: "Folder to write to" })
    .setAction(built(() => import("../local/ceremony.ts")))
    .build(),
  reading(task(["local", "advance"], "Move the clock of a local chain to the end of the frame"))
    .setAction(built(() => import("../local/advance.ts")))
    .build(),
];
