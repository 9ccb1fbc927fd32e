import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { ReadArguments } from "../arguments.ts";
import { requireLocalNetwork, writeLocalCeremony } from "../commands/localCeremony.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseCount, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";

interface CeremonyArguments extends ReadArguments {
  readonly count: string;
  readonly out: string | undefined;
}

const MAX_COUNT = 1_000;

const action: NewTaskActionFunction<CeremonyArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    requireLocalNetwork(hre);
    const count = parseCount(args.count, "count", 1, MAX_COUNT);
    const folder = requireOption(args.out, "out", "name a folder to write to, such as ceremony/first");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    return writeLocalCeremony(opened, folder, count, new Date().toISOString());
  });

export default action;
