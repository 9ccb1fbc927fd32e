import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { networkByChainId } from "../../src/consensus/network.ts";
import type { SendArguments } from "../arguments.ts";
import { planRegistration } from "../commands/register.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { findRoleHolder } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface RegisterArguments extends SendArguments {
  readonly dir: string | undefined;
  readonly contentUri: string;
}

const action: NewTaskActionFunction<RegisterArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder with deposit_data.json and keyshares.json");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const ceremony = readCeremony(folder, networkByChainId(opened.chainId));
    const operator = await findRoleHolder(opened, opened.pool.poolManager, "registerBatch", args.from);
    if (!opened.isLocal) terminal.note("reading the operators' keys from the logs of ssv.network …");
    return carryOut(await planRegistration(opened, operator, ceremony, args.contentUri), args, terminal);
  });

export default action;
