import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planRunway } from "../commands/clusterSettings.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { InputError, parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { carryOut } from "../transaction.ts";

interface SetRunwayArguments extends SendArguments {
  readonly days: string | undefined;
  readonly minDays: string | undefined;
}

/** As many as the contract takes. */
const MAX_DAYS = 730;

const action: NewTaskActionFunction<SetRunwayArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const days = parseRunway(args.days, "days");
    const minDays = parseRunway(args.minDays, "minDays");
    if (days === undefined && minDays === undefined)
      throw new InputError(
        "days and min-days",
        "nothing",
        "are missing",
        "say for how long clusters are to be funded, or below what they are short",
      );
    const opened = await openPool(await connectNetwork(hre), args.pool);
    return carryOut(await planRunway(opened, { days, minDays, from: args.from }), args, terminal);
  });

function parseRunway(text: string | undefined, field: string): bigint | undefined {
  return text === undefined ? undefined : BigInt(parseCount(text, field, 1, MAX_DAYS));
}

export default action;
