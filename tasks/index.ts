import { overrideTask } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

import { clusterTasks } from "./definitions/cluster.ts";
import { devnetTasks } from "./definitions/devnet.ts";
import { feeRecipientTasks } from "./definitions/feeRecipient.ts";
import { keeperTasks } from "./definitions/keeper.ts";
import { keysTasks } from "./definitions/keys.ts";
import { localTasks } from "./definitions/local.ts";
import { operatorTasks } from "./definitions/operator.ts";
import { operatorsTasks } from "./definitions/operators.ts";
import { oracleTasks } from "./definitions/oracle.ts";
import { poolTasks } from "./definitions/pool.ts";
import { queueTasks } from "./definitions/queue.ts";
import { reserveTasks } from "./definitions/reserve.ts";
import { serviceTasks } from "./definitions/service.ts";
import { validatorsTasks } from "./definitions/validators.ts";
import { wrappedTasks } from "./definitions/wrapped.ts";

/** All tasks of the project: `npx hardhat <group> <verb>`. */
export const allTasks = [
  ...poolTasks,
  ...queueTasks,
  ...wrappedTasks,
  ...keysTasks,
  ...validatorsTasks,
  ...operatorsTasks,
  ...operatorTasks,
  ...clusterTasks,
  ...reserveTasks,
  ...feeRecipientTasks,
  ...serviceTasks,
  ...oracleTasks,
  ...keeperTasks,
  ...localTasks,
  ...devnetTasks,
];

/** Leaves the slow tests out where no files are named. */
export const quickTests = overrideTask(["test", "mocha"])
  .setAction(() => import("./quickTests.ts"))
  .build();

/** Makes the network that NETWORK_FILE describes one of Hardhat's. */
export const networkOfFile: HardhatPlugin = {
  id: "pooleth-network-file",
  hookHandlers: { config: () => import("./networkFile.ts") },
};

/** Makes reads again where a node has closed an idle connection. */
export const steadyReads: HardhatPlugin = {
  id: "pooleth-steady-reads",
  hookHandlers: { network: () => import("./repeatReads.ts") },
};
