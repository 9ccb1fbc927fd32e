import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { firstNonceOf } from "../../clients/folderBatches.ts";
import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import type { SendArguments } from "../arguments.ts";
import { onboardService } from "../commands/onboardService.ts";
import { verifyShares } from "../commands/verifyAll.ts";
import { InputError, parseCount, parseDays, requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom } from "../scanFrom.ts";
import { openSSV, OWN_ACCOUNT, type SSVArguments } from "../ssvConnection.ts";

interface OnboardArguments extends SendArguments, SSVArguments {
  readonly dir: string | undefined;
  readonly days: string;
  readonly perTransaction: string | undefined;
  readonly scanFrom: string | undefined;
}

const MAX_KEYS = 80;

const action: NewTaskActionFunction<OnboardArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name the folder with the key shares");
    const days = parseDays(args.days);
    const { perTransaction: most } = args;
    const perTransaction = most === undefined ? undefined : parseCount(most, "perTransaction", 1, MAX_KEYS);
    const scanFrom = parseScanFrom(args.scanFrom);
    if (args.account !== OWN_ACCOUNT)
      throw new InputError(
        "account",
        args.account ?? "nothing",
        "is not the account that sends: a pool stakes with `validators activate`",
        `give ${OWN_ACCOUNT}`,
      );
    const ssv = await openSSV(hre, args, false);
    const verified = await verifyShares(ssv, folder, { account: args.account, scanFrom }, terminal);
    const batches = [...verified].sort((a, b) => (firstNonceOf(a.keys) < firstNonceOf(b.keys) ? -1 : 1));
    const { ownerNonce } = await fetchOwnerState(ssv.ssvNetwork, ssv.account ?? "", ssv);
    return onboardService(ssv, { batches, ownerNonce, days, perTransaction }, args, terminal);
  });

export default action;
