import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planReducedFee } from "../commands/operatorFees.ts";
import { parseInteger, parseOperatorId, requireOption } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface ReduceArguments extends OwnerArguments {
  readonly id: string;
  readonly feeWei: string | undefined;
}

const action: NewTaskActionFunction<ReduceArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const id = parseOperatorId(args.id, "id");
    const fee = parseInteger(requireOption(args.feeWei, "feeWei", "give the fee in wei per block"), "feeWei");
    return carryOut(await planReducedFee(await openOwned(hre, args, [id]), fee), args, terminal);
  });

export default action;
