import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { compare } from "../../src/ssv/operator.ts";
import { fundService } from "../commands/fundService.ts";
import { parseCount, parseDays, parseOperatorIds, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface FundingArguments extends SSVArguments {
  readonly operators: string | undefined;
  readonly validators: string;
  readonly days: string;
  readonly own: string | undefined;
}

const MAX_VALIDATORS = 100_000;

const action: NewTaskActionFunction<FundingArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const ids = requireOption(args.operators, "operators", "name the operators of the cluster, as 1,2,3,4");
    const request = {
      operatorIds: parseOperatorIds(ids, "operators").sort(compare),
      validators: parseCount(args.validators, "validators", 1, MAX_VALIDATORS),
      days: parseDays(args.days),
      own: args.own === undefined ? [] : parseOperatorIds(args.own, "own"),
    };
    return fundService(await openSSV(hre, args), request);
  });

export default action;
