import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { networkByChainId } from "../../clients/networks.ts";
import type { SendArguments } from "../arguments.ts";
import { openBeacon, type BeaconArguments } from "../beaconNode.ts";
import { Checklist } from "../checklist.ts";
import { requireOwner } from "../clusterAccount.ts";
import { expectationsOf } from "../commands/expectations.ts";
import { updateOperators } from "../commands/updateOperators.ts";
import { verifyAll } from "../commands/verifyAll.ts";
import { InputError, parseDays, requireOption } from "../input.ts";
import { toText } from "../output.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom } from "../scanFrom.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface UpdateArguments extends SendArguments, SSVArguments, BeaconArguments {
  readonly dir: string | undefined;
  readonly days: string | undefined;
  readonly scanFrom: string | undefined;
}

const DEFAULT_DAYS = 90n;

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
    const network = networkByChainId(ssv.chainId);
    const expected = await expectationsOf({ ...args, withdrawalAddress: undefined, compounding: false }, ssv);
    const checklist = new Checklist();
    try {
      const request = { folder, network, expected, password: undefined, operatorKeys: new Map<bigint, never>() };
      const { batches } = await verifyAll(request, ssv, scanFrom, checklist, terminal);
      return await updateOperators(target, { batches, days: days ?? DEFAULT_DAYS, beacon }, args, terminal);
    } catch (error) {
      if (checklist.rows.some(({ result }) => result === "failed")) terminal.note(toText({ checks: checklist.rows }));
      throw error;
    }
  });

export default action;
