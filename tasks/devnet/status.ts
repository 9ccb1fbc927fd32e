import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { PrintableRecord } from "../output.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";

const action: NewTaskActionFunction<{ json: boolean }> = (args, hre) =>
  runTask(hre, args, async () => (await (await findDevnet(hre)).status()) as PrintableRecord);

export default action;
