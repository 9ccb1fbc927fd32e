import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readBatches } from "../../clients/folderBatches.ts";
import { networkByChainId } from "../../src/consensus/network.ts";
import type { SendArguments } from "../arguments.ts";
import { registerBatches } from "../commands/registerBatches.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { openContent, type ContentOptions } from "../content.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom } from "../scanFrom.ts";
import { findRoleHolder } from "../signers.ts";

interface RegisterArguments extends SendArguments, ContentOptions {
  readonly dir: string | undefined;
  readonly scanFrom: string | undefined;
}

const action: NewTaskActionFunction<RegisterArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder with deposit_data.json and keyshares.json");
    const content = (await openContent(hre, args)) ?? args.contentUri;
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const scanFrom = parseScanFrom(args.scanFrom, opened);
    const network = networkByChainId(opened.chainId);
    const batches = readBatches(folder, network);
    const operator = await findRoleHolder(opened, opened.pool.poolManager, "registerBatch", args.from);
    if (!opened.isLocal) terminal.note("reading the operators' keys from the logs of ssv.network …");
    return registerBatches(opened, { operator, batches, network, content, scanFrom }, args, terminal);
  });

export default action;
