import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { networkByChainId, networkByName } from "../../clients/networks.ts";
import { Checklist } from "../checklist.ts";
import { expectationsOf, type ExpectedOwner } from "../commands/expectations.ts";
import { verifyAll } from "../commands/verifyAll.ts";
import { requireOption } from "../input.ts";
import { requireSameChain } from "../network.ts";
import { readOperatorKeys } from "../operatorKeys.ts";
import { toText } from "../output.ts";
import { runTask } from "../runner.ts";
import { parseScanFrom } from "../scanFrom.ts";
import { readPassword } from "../secrets.ts";
import { openSSV, type SSVArguments } from "../ssvConnection.ts";

interface VerifyArguments extends SSVArguments, ExpectedOwner {
  readonly account: string | undefined;
  readonly dir: string | undefined;
  readonly chain: string | undefined;
  readonly passwordFile: string | undefined;
  readonly operatorKeys: string | undefined;
  readonly scanFrom: string | undefined;
}

const action: NewTaskActionFunction<VerifyArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const folder = requireOption(args.dir, "dir", "name a folder with keys");
    requireSameChain(hre, args.chain);
    const scanFrom = parseScanFrom(args.scanFrom);
    const operatorKeys = readOperatorKeys(args.operatorKeys);
    const { passwordFile } = args;
    const password =
      passwordFile === undefined ? undefined : await readPassword(terminal, passwordFile, "passwordFile");
    const ssv = args.chain === undefined ? await openSSV(hre, args) : undefined;
    const network = ssv === undefined ? networkByName(args.chain ?? "") : networkByChainId(ssv.chainId);
    const expected = await expectationsOf(args, ssv);
    const checklist = new Checklist();
    try {
      const request = { folder, network, expected, password, operatorKeys };
      await verifyAll(request, ssv, scanFrom, checklist, terminal);
    } catch (error) {
      // What was checked until then says how far the rest can be trusted.
      if (checklist.rows.length > 0) terminal.note(toText({ checks: checklist.rows }));
      throw error;
    }
    return { folder, network: network.name, ...expected, checks: checklist.rows };
  });

export default action;
