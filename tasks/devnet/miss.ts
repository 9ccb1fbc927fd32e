import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";
import { letPass } from "./letPass.ts";

const MAX_SLOTS = 1_000;

const action: NewTaskActionFunction<{ json: boolean; slots: string }> = (args, hre) =>
  runTask(hre, args, async (terminal) =>
    letPass(await findDevnet(hre), parseCount(args.slots, "slots", 1, MAX_SLOTS), true, terminal),
  );

export default action;
