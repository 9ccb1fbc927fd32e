import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planUnwrap } from "../commands/unwrap.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";
import { openWrapped, type WrapArguments } from "./arguments.ts";

const action: NewTaskActionFunction<WrapArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const { request } = await openWrapped(hre, args);
    return carryOut(await planUnwrap(request), args, terminal);
  });

export default action;
