import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";
import { letPass } from "./letPass.ts";

const MAX_EPOCHS = 10_000;

const action: NewTaskActionFunction<{ json: boolean; epochs: string }> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const epochs = parseCount(args.epochs, "epochs", 1, MAX_EPOCHS);
    const devnet = await findDevnet(hre);
    const { slot, slotsPerEpoch } = await devnet.status();
    // To the end of an epoch: the first of the next one is yet to come.
    const slots = epochs * slotsPerEpoch - (slot % slotsPerEpoch);
    return letPass(devnet, slots, false, terminal);
  });

export default action;
