import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { readBatches } from "../../clients/folderBatches.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { fromHex, toHex } from "../../src/units/hex.ts";
import type { ReadArguments } from "../arguments.ts";
import { showKey } from "../commands/showKey.ts";
import { connectNetwork, openPool, ssvCache } from "../connect.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom, requireScanFrom } from "../scanFrom.ts";

interface ShowArguments extends ReadArguments {
  readonly pubkey: string;
  readonly dir: string | undefined;
  readonly scanFrom: string | undefined;
}

const action: NewTaskActionFunction<ShowArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const pubkey = toHex(fromHex(args.pubkey, "pubkey", 48));
    const block = parseScanFrom(args.scanFrom);
    const opened = await openPool(await connectNetwork(hre, true), args.pool, ssvCache(hre));
    const { startBlock } = opened;
    // Nobody knew the keys of a pool long before it was deployed.
    const fromBlock = block === undefined && startBlock > 0 ? startBlock : requireScanFrom(block, opened);
    const network = networkByChainId(opened.chainId);
    const batches = args.dir === undefined ? [] : readBatches(args.dir, network);
    return showKey(opened, pubkey, { network, fromBlock, batches });
  });

export default action;
