import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { fetchBatches } from "../../clients/batches.ts";
import { networkByChainId } from "../../clients/networks.ts";
import { parseEther } from "../../src/units/ether.ts";
import type { SendArguments } from "../arguments.ts";
import { limitFee } from "../commands/exitByRequest.ts";
import { planOverdueExits } from "../commands/exitOverdue.ts";
import { requireOverdueRequest } from "../commands/overdueRequest.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { parseInteger } from "../input.ts";
import type { PrintableRecord } from "../output.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface OverdueArguments extends SendArguments {
  readonly request: string | undefined;
  readonly dir: string | undefined;
  readonly maxFee: string | undefined;
}

const action: NewTaskActionFunction<OverdueArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const maxFee = args.maxFee === undefined ? undefined : parseEther(args.maxFee, "maxFee");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const requestId =
      args.request === undefined ? await requireOverdueRequest(opened) : parseInteger(args.request, "request");
    const sender = await findSender(opened, args.from);
    const batches = await fetchBatches(opened.pool, opened.startBlock);
    const source = { batches, network: networkByChainId(opened.chainId), dir: args.dir, terminal };
    const transactions: PrintableRecord[] = [];
    for (;;) {
      const limit = await limitFee(opened, maxFee);
      const plan = await planOverdueExits(opened, source, { requestId, limit, sender });
      if (plan === undefined) {
        if (transactions.length === 0) terminal.note(enoughFor(requestId));
        return { request: requestId, transactions };
      }
      transactions.push(await carryOut(plan, args, terminal));
      if (args.dryRun) return { request: requestId, transactions };
    }
  });

/** Why nobody has to exit, and what else pays a request. */
function enoughFor(requestId: bigint): string {
  return `no exits are missing for request ${requestId}: what is buffered, exiting or requested suffices; the next report pays it, or \`queue finalize-stale\` where reports have stopped`;
}

export default action;
