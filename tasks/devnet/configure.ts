import { join } from "node:path";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { localDeploymentId, readDeployment } from "../../clients/deployment.ts";
import { makeFolder, writeText } from "../../clients/files.ts";
import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { daemonFiles, type DaemonKeys } from "../../devnet/daemonFiles.ts";
import { developmentAccounts } from "../../devnet/execution/accounts.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { requireOption } from "../input.ts";
import { runTask } from "../runner.ts";
import { findDevnet } from "./connect.ts";

interface ConfigureArguments {
  readonly json: boolean;
  readonly out: string | undefined;
}

const action: NewTaskActionFunction<ConfigureArguments> = (args, hre) =>
  runTask(hre, args, async () => {
    const folder = requireOption(args.out, "out", "name a folder to write to, such as daemons");
    const status = await (await findDevnet(hre)).status();
    const { addresses } = readDeployment(localDeploymentId(status.rpcUrl), LOCAL.chainId);
    const files = daemonFiles(status, addresses.poolETH, developmentKeys());
    makeFolder(folder, "out");
    for (const [name, text] of Object.entries(files)) writeText(join(folder, name), "out", text, "private");
    return { folder, files: Object.keys(files) };
  });

export default action;

/** Of the committee in its order, which is that of addresses, and of the keeper. */
function developmentKeys(): DaemonKeys {
  const accounts = developmentAccounts();
  const keyOf = (number: number) => accounts[number]?.privateKey ?? "";
  const members = LOCAL_ACCOUNTS.members
    .flatMap((number) => accounts[number] ?? [])
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  return { members: members.map(({ privateKey }) => privateKey), keeper: keyOf(LOCAL_ACCOUNTS.keeper) };
}
