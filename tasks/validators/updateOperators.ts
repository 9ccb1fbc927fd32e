import type { NewTaskActionFunction } from "hardhat/types/tasks";

import type { SendArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { requireOwner } from "../clusterAccount.ts";
import { DEFAULT_DAYS } from "../commands/reactivateCluster.ts";
import { updateOperators } from "../commands/updateOperators.ts";
import { verifyShares } from "../commands/verifyAll.ts";
import { InputError, parseDays, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom } from "../scanFrom.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface UpdateArguments extends SendArguments, SSVArguments, BeaconArguments {
  readonly dir: string | undefined;
  readonly days: string | undefined;
  readonly scanFrom: string | undefined;
}

const action: NewTaskActionFunction<UpdateArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder with the key shares for the new operators");
    const days = args.days === undefined ? undefined : parseDays(args.days);
    const scanFrom = parseScanFrom(args.scanFrom);
    const ssv = await openSSV(hre, args, false);
    const target = await requireOwner(ssv, args);
    if (days !== undefined && target.opened !== undefined)
      throw new InputError("days", `${days}`, "is for an account of its own", "leave it out: a pool's runway is set");
    const beacon = await openBeacon(hre, args, ssv.chainId);
    const batches = await verifyShares(ssv, folder, { account: args.account, scanFrom }, terminal);
    return updateOperators(target, { batches, days: days ?? DEFAULT_DAYS, beacon }, args, terminal);
  });

export default action;
