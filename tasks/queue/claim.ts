import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { planClaim } from "../commands/claimWithdrawals.ts";
import { connectNetwork, openPool } from "../connect.ts";
import { InputError, parseAddress, parseInteger } from "../input.ts";
import { runTask } from "../runner.ts";
import { findSender } from "../signers.ts";
import { carryOut } from "../transaction.ts";

interface ClaimArguments extends SendArguments {
  readonly id: string | undefined;
  readonly receiver: string | undefined;
}

const action: NewTaskActionFunction<ClaimArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const ids = args.id === undefined ? undefined : parseIds(args.id);
    const receiver = args.receiver === undefined ? undefined : parseAddress(args.receiver, "receiver");
    const opened = await openPool(await connectNetwork(hre), args.pool);
    const sender = await findSender(opened, args.from);
    return carryOut(await planClaim(opened, { sender, ids, receiver }), args, terminal);
  });

function parseIds(text: string): bigint[] {
  const ids = text.split(",").map((id) => parseInteger(id.trim(), "id"));
  if (new Set(ids).size < ids.length)
    throw new InputError("id", text, "names a request twice", "name each request once, as 1,2,3");
  return ids;
}

export default action;
