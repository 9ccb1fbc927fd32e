import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { networkByChainId } from "../../src/consensus/network.ts";
import type { ApprovedArguments } from "../arguments.ts";
import { planActivation } from "../commands/activate.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseCount, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { findMembers, findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface ActivateArguments extends ApprovedArguments {
  readonly dir: string | undefined;
  readonly count: string | undefined;
  readonly scanFrom: string | undefined;
}

/** More keys exceed the size of a transaction; fewer are less likely to be overtaken by a foreign deposit. */
const [DEFAULT_COUNT, MAX_COUNT] = [10, 80];

const action: NewTaskActionFunction<ActivateArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder of the ceremony that was registered");
    const maxCount = args.count === undefined ? DEFAULT_COUNT : parseCount(args.count, "count", 1, MAX_COUNT);
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const scanFrom =
      args.scanFrom === undefined && opened.isLocal
        ? 0
        : parseCount(
            requireOption(args.scanFrom, "scanFrom", "name a block before the ceremony took place"),
            "scanFrom",
            0,
            Number.MAX_SAFE_INTEGER,
          );
    const ceremony = readCeremony(folder, networkByChainId(opened.chainId));
    const members = await findMembers(hre, opened, args.members);
    const sender = await findSender(opened, args.from);
    if (!opened.isLocal) terminal.note("reading the operators' keys from the logs of ssv.network …");
    const plan = await planActivation(opened, { sender, members, ceremony, maxCount, scanFrom });
    return carryOut(plan, args, terminal);
  });

export default action;
