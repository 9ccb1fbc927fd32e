import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { fetchBatches } from "../../clients/batches.ts";
import { networkByChainId } from "../../clients/networks.ts";
import type { ApprovedArguments } from "../arguments.ts";
import { planActivation } from "../commands/activate.ts";
import { fetchNextBatch, selectNextBatch } from "../commands/nextBatch.ts";
import { connectNetwork, openPool, ssvCache } from "../connect.ts";
import { parseCount } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom, requireScanFrom } from "../scanFrom.ts";
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
    const maxCount = args.count === undefined ? DEFAULT_COUNT : parseCount(args.count, "count", 1, MAX_COUNT);
    const block = parseScanFrom(args.scanFrom);
    const opened = await openPool(await connectNetwork(hre), args.pool, ssvCache(hre));
    const scanFrom = requireScanFrom(block, opened);
    const network = networkByChainId(opened.chainId);
    const batches = await fetchBatches(opened.pool, opened.startBlock);
    const ceremony =
      args.dir === undefined
        ? await fetchNextBatch(batches, network, terminal)
        : selectNextBatch(args.dir, batches, network);
    const members = await findMembers(hre, opened, args.members);
    const sender = await findSender(opened, args.from);
    if (!opened.isLocal) terminal.note("reading the logs of ssv.network and of the deposit contract …");
    const plan = await planActivation(opened, { sender, members, ceremony, batches, maxCount, scanFrom });
    return carryOut(plan, args, terminal);
  });

export default action;
