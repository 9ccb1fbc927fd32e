import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseOperatorId } from "../input.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";

/** A task that takes an operator offline, or brings it back. */
export function switchOperator(isOnline: boolean): NewTaskActionFunction<{ json: boolean; operator: string }> {
  return (args, hre) =>
    runTask(hre, args, async () => {
      const operator = parseOperatorId(args.operator, "operator");
      await (await findDevnet(hre)).setOperator(operator, isOnline);
      return { operator, isOnline };
    });
}
