import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { parseInteger, parseOperatorId, requireOption } from "./input.ts";
import { openOwned, type OwnedOperators, type OwnerArguments } from "./operatorAccount.ts";
import { runTask } from "./runner.ts";
import { carryOut, type Plan } from "./transaction.ts";

/** What every task on one operator is given. */
export interface OperatorArguments extends OwnerArguments {
  readonly id: string;
}

interface FeeArguments extends OperatorArguments {
  readonly feeWei: string | undefined;
}

/**
 * A task on one operator of the account that sends.
 * @param propose What it does, for what was read.
 * @param read Reads its further options, before anything is connected.
 */
export function operatorTask<T extends OperatorArguments, V>(
  propose: (owned: OwnedOperators, value: V) => Promise<Plan>,
  read: (args: T) => V,
): NewTaskActionFunction<T> {
  return (args, hre) =>
    runTask(hre, args, async (terminal) => {
      const id = parseOperatorId(args.id, "id");
      const value = read(args);
      return carryOut(await propose(await openOwned(hre, args, [id]), value), args, terminal);
    });
}

/** A task on the fee of one operator, in wei per block. */
export function feeTask(
  propose: (owned: OwnedOperators, fee: bigint) => Promise<Plan>,
): NewTaskActionFunction<FeeArguments> {
  return operatorTask(propose, ({ feeWei }) =>
    parseInteger(requireOption(feeWei, "feeWei", "give the fee in wei per block"), "feeWei"),
  );
}
