import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { showFeeRecipient } from "../commands/feeRecipient.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

const action: NewTaskActionFunction<SSVArguments> = (args, hre) =>
  runTask(hre, args, async () => showFeeRecipient(await openSSV(hre, args)));

export default action;
