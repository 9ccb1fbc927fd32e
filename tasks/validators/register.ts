import { statSync } from "node:fs";
import { join } from "node:path";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { batchFolders } from "../../clients/ceremonyFolder.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { DEPOSIT_FILE } from "../../src/keys/depositFile.ts";
import type { SendArguments } from "../arguments.ts";
import { registerBatches } from "../commands/registerBatches.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { openContent, type ContentOptions } from "../content.ts";
import { InputError, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom, scanFromOrFirst } from "../scanFrom.ts";
import { findRoleHolder } from "../signers.ts";

interface RegisterArguments extends SendArguments, ContentOptions {
  readonly dir: string | undefined;
  readonly scanFrom: string | undefined;
}

const action: NewTaskActionFunction<RegisterArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder with deposit_data.json and keyshares.json");
    const block = parseScanFrom(args.scanFrom);
    const content = (await openContent(hre, args)) ?? args.contentUri;
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const scanFrom = scanFromOrFirst(block, opened.isLocal);
    const network = networkByChainId(opened.chainId);
    requireSplit(folder);
    const batches = readBatches(folder, network);
    const operator = await findRoleHolder(opened, opened.pool.poolManager, "registerBatch", args.from);
    if (!opened.isLocal) terminal.note("reading the operators' keys from the logs of ssv.network …");
    return registerBatches(opened, { operator, batches, network, content, scanFrom }, args, terminal);
  });

/** Keys that were made, but have no shares yet, are what a new user registers first. */
function requireSplit(folder: string): void {
  const deposits = statSync(join(folder, DEPOSIT_FILE), { throwIfNoEntry: false });
  if (batchFolders(folder).length === 0 && deposits?.isFile() === true)
    throw new InputError("dir", folder, "holds keys that are not split yet", "run `keys split` with it first");
}

export default action;
