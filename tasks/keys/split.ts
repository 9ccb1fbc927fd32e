import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { prepareOfflineSplit, prepareSplit, type SplitOptions } from "../commands/prepareSplit.ts";
import { splitPrepared } from "../commands/splitKeys.ts";
import { splitFields } from "../commands/splitOutcome.ts";
import { requireOption } from "../input.ts";
import type { KeySourceArguments } from "../keySource.ts";
import { requireSameChain } from "../network.ts";
import { runTask } from "../runner.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface SplitArguments extends SSVArguments, KeySourceArguments, SplitOptions {
  readonly dir: string | undefined;
  readonly chain: string | undefined;
}

const NOTHING_ASIDE = { aside: [], excluded: [], excludedFile: "" };

const action: NewTaskActionFunction<SplitArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder of the keys");
    requireSameChain(hre, args.chain);
    const prepared =
      args.chain === undefined
        ? await prepareSplit(await openSSV(hre, args), folder, args)
        : prepareOfflineSplit(args.chain, folder, args);
    const { owner, firstNonce, nothing } = prepared;
    const batches = await splitPrepared(prepared, args, new Date().toISOString(), terminal);
    if (nothing !== undefined) terminal.note(nothing);
    const keys = batches.reduce((sum, batch) => sum + batch.keys, 0);
    const nextNonce = firstNonce + BigInt(keys);
    return splitFields({ ...NOTHING_ASIDE, dryRun: false, folder, owner, batches, nextNonce });
  });

export default action;
