import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { replayReport } from "../../daemon/oracle/replay.ts";
import { describeReplay, readOracleConfig } from "../commands/replay.ts";
import { parseInteger } from "../input.ts";
import { runTask } from "../runner.ts";

interface ReplayArguments {
  readonly slot: string;
  readonly configFile: string | undefined;
  readonly json: boolean;
}

const action: NewTaskActionFunction<ReplayArguments> = (args, hre) =>
  runTask(hre, args, () => {
    const refSlot = parseInteger(args.slot, "slot");
    return Promise.resolve(describeReplay(replayReport(readOracleConfig(args.configFile).data, refSlot)));
  });

export default action;
