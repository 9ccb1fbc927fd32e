import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { InputError } from "../input.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";

const VALIDATOR = /^(\d{1,9}|0x[0-9a-fA-F]{96})$/;

const action: NewTaskActionFunction<{ json: boolean; validator: string }> = (args, hre) =>
  runTask(hre, args, async () => {
    if (!VALIDATOR.test(args.validator))
      throw new InputError("validator", args.validator, "names none", "give a public key of 48 bytes, or an index");
    const { index } = await (await findDevnet(hre)).slash(args.validator);
    return { validator: index, remark: "slashed by the next block" };
  });

export default action;
