import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { networkByChainId } from "../../clients/networks.ts";
import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import type { SendArguments } from "../arguments.ts";
import { Checklist } from "../checklist.ts";
import { expectationsOf } from "../commands/expectations.ts";
import { onboardService } from "../commands/onboardService.ts";
import { verifyAll } from "../commands/verifyAll.ts";
import { InputError, parseCount, parseDays, requireOption } from "../input.ts";
import { toText } from "../output.ts";
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
    const network = networkByChainId(ssv.chainId);
    const expected = await expectationsOf({ ...args, withdrawalAddress: undefined, compounding: false }, ssv);
    const checklist = new Checklist();
    try {
      const request = { folder, network, expected, password: undefined, operatorKeys: new Map<bigint, never>() };
      const { batches } = await verifyAll(request, ssv, scanFrom, checklist, terminal);
      const { ownerNonce } = await fetchOwnerState(ssv.ssvNetwork, ssv.account ?? "", ssv);
      const sorted = [...batches].sort((a, b) => (nonceOf(a) < nonceOf(b) ? -1 : 1));
      return await onboardService(ssv, { batches: sorted, ownerNonce, days, perTransaction }, args, terminal);
    } catch (error) {
      if (checklist.rows.some(({ result }) => result === "failed")) terminal.note(toText({ checks: checklist.rows }));
      throw error;
    }
  });

export default action;

function nonceOf({ keys: { keys } }: Awaited<ReturnType<typeof verifyAll>>["batches"][number]): bigint {
  return keys[0]?.ownerNonce ?? 0n;
}
