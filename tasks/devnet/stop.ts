import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";

const action: NewTaskActionFunction<{ json: boolean }> = (args, hre) =>
  runTask(hre, args, async () => {
    await (await findDevnet(hre)).stop();
    return { isStopping: true };
  });

export default action;
