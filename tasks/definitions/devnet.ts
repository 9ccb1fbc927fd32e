import { emptyTask, task } from "hardhat/config";
import type { NewTaskDefinitionBuilder, TaskArguments } from "hardhat/types/tasks";

import { built, text } from "../options.ts";

/** Tasks of the group `devnet`. */
export const devnetTasks = [
  emptyTask("devnet", "A whole system on this machine: execution client, beacon chain, operators, pool").build(),
  telling(task(["devnet", "up"], "Start a devnet, until a signal or `devnet stop`"))
    .addOption({
      name: "data",
      type: text,
      defaultValue: undefined,
      description: "Folder to keep it in, and to go on from; default: none is kept",
    })
    .addOption({ name: "preset", defaultValue: "minimal", description: "minimal: 8 slots an epoch, or mainnet: 32" })
    .addOption({ name: "fork", defaultValue: "fulu", description: "Rules of the consensus layer: electra or fulu" })
    .addOption({
      name: "slotSeconds",
      type: text,
      defaultValue: undefined,
      description: "Real time with slots of so many seconds; default: virtual time, slots pass when they are wanted",
    })
    .addFlag({ name: "unbounded", description: "Virtual time that never stands still: slots as fast as they can" })
    .addOption({ name: "foreign", defaultValue: "48", description: "Validators of others, 16 to 1000" })
    .addOption({ name: "port", defaultValue: "8545", description: "Port of the JSON-RPC on 127.0.0.1; 0 for any" })
    .addOption({ name: "beaconPort", defaultValue: "5052", description: "Port of the Beacon API; 0 for any" })
    .addOption({ name: "logLevel", defaultValue: "info", description: "debug, info, warn or error" })
    .setAction(built(() => import("../devnet/up.ts")))
    .build(),
  telling(task(["devnet", "status"], "Show how far a devnet is, and its processes"))
    .setAction(built(() => import("../devnet/status.ts")))
    .build(),
  telling(task(["devnet", "configure"], "Write configurations of oracle members and a keeper for a devnet"))
    .addOption({ name: "out", type: text, defaultValue: undefined, description: "Folder to write to" })
    .setAction(built(() => import("../devnet/configure.ts")))
    .build(),
  telling(task(["devnet", "stop"], "End a devnet"))
    .setAction(built(() => import("../devnet/stop.ts")))
    .build(),
  telling(task(["devnet", "advance"], "Let epochs pass in virtual time"))
    .addPositionalArgument({ name: "epochs", defaultValue: "1", description: "How many" })
    .setAction(built(() => import("../devnet/advance.ts")))
    .build(),
  telling(task(["devnet", "miss"], "Let slots pass without blocks"))
    .addPositionalArgument({ name: "slots", defaultValue: "1", description: "How many" })
    .setAction(built(() => import("../devnet/miss.ts")))
    .build(),
  telling(task(["devnet", "offline"], "Take an operator offline"))
    .addPositionalArgument({ name: "operator", description: "Its id" })
    .setAction(built(() => import("../devnet/offline.ts")))
    .build(),
  telling(task(["devnet", "online"], "Bring an operator back"))
    .addPositionalArgument({ name: "operator", description: "Its id" })
    .setAction(built(() => import("../devnet/online.ts")))
    .build(),
  telling(task(["devnet", "slash"], "Have a validator vote twice, so that it is slashed"))
    .addPositionalArgument({ name: "validator", description: "Its public key, or its index on the beacon chain" })
    .setAction(built(() => import("../devnet/slash.ts")))
    .build(),
];

function telling<T extends TaskArguments>(builder: NewTaskDefinitionBuilder<T>) {
  return builder.addFlag({ name: "json", description: "Print the result as JSON" });
}
