import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";
import { describeStatus } from "./describeStatus.ts";

const action: NewTaskActionFunction<{ json: boolean }> = (args, hre) =>
  runTask(hre, args, async () => describeStatus(await (await findDevnet(hre)).status()));

export default action;
