import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { planOperatorRegistration } from "../commands/registerOperator.ts";
import { parseInteger, requireOption } from "../input.ts";
import { openOwned, type OwnerArguments } from "../operatorAccount.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface RegisterArguments extends OwnerArguments {
  readonly key: string | undefined;
  readonly feeWei: string | undefined;
  readonly private: boolean;
}

const action: NewTaskActionFunction<RegisterArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const file = requireOption(args.key, "key", "name the file with the operator's public key");
    const fee = parseInteger(requireOption(args.feeWei, "feeWei", "give the fee in wei per block"), "feeWei");
    return carryOut(
      await planOperatorRegistration(await openOwned(hre, args, []), { file, fee, isPrivate: args.private }),
      args,
      terminal,
    );
  });

export default action;
