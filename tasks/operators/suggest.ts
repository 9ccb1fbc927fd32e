import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { isCommitteeSize, type CommitteeSize } from "../../src/ssv/committee.ts";
import { STRATEGIES } from "../../src/ssv/operatorSelection.ts";
import { suggest, type SuggestionRequest } from "../commands/suggestOperators.ts";
import { InputError, parseChoice, parseCount, parseInteger, parseOperatorIds } from "../input.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface SuggestArguments extends SSVArguments {
  readonly size: string;
  readonly sets: string;
  readonly strategy: string;
  readonly validators: string;
  readonly maxFeeWei: string | undefined;
  readonly include: string | undefined;
  readonly exclude: string | undefined;
  readonly out: string | undefined;
}

const [MAX_SETS, MAX_VALIDATORS] = [100, 100_000];

const action: NewTaskActionFunction<SuggestArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const request: SuggestionRequest = {
      size: parseSize(args.size),
      sets: parseCount(args.sets, "sets", 1, MAX_SETS),
      strategy: parseChoice(args.strategy, "strategy", STRATEGIES),
      validators: parseCount(args.validators, "validators", 1, MAX_VALIDATORS),
      maxFeeWeiPerBlock: args.maxFeeWei === undefined ? undefined : parseInteger(args.maxFeeWei, "maxFeeWei"),
      include: args.include === undefined ? undefined : parseOperatorIds(args.include, "include"),
      exclude: args.exclude === undefined ? undefined : parseOperatorIds(args.exclude, "exclude"),
      out: args.out,
    };
    return suggest(await openSSV(hre, args), request, terminal);
  });

export default action;

function parseSize(text: string): CommitteeSize {
  const size = Number(text);
  if (!isCommitteeSize(size))
    throw new InputError("size", text, "is no size of a cluster that SSV accepts", "give 4, 7, 10 or 13");
  return size;
}
