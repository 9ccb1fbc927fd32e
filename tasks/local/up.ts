import { relative } from "node:path";

import type { NewTaskActionFunction } from "hardhat/types/tasks";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { findFreePort, localAddresses, startLocalNode, type LocalNode } from "../commands/localNode.ts";
import { parseCount, parseMinutes } from "../input.ts";
import { toJson, toText } from "../output.ts";
import { runTask } from "../runner.ts";

interface UpArguments {
  readonly json: boolean;
  readonly port: string;
  readonly idle: string;
}

const MAX_PORT = 65_535;
const IDLE_CHECK_MS = 250;

const action: NewTaskActionFunction<UpArguments> = (args, hre) =>
  runTask(hre, args, async (terminal) => {
    const port = parseCount(args.port, "port", 0, MAX_PORT);
    const idleMinutes = parseMinutes(args.idle, "idle");
    const freePort = await findFreePort(port);
    terminal.note("deploying a pool on a new chain …");
    const node = await startLocalNode(hre, freePort);
    const started = { rpcUrl: node.url, record: relative(process.cwd(), node.record), ...(await describe(node)) };
    terminal.print(args.json ? toJson(started) : toText(started));
    terminal.note(`ready: ends on Ctrl-C, or after ${idleMinutes} minutes without a call`);

    const reason = await untilStopped(node, idleMinutes * 60_000);
    await node.close();
    terminal.note(`stopped: ${reason}`);
    return undefined;
  });

export default action;

async function describe({ suite }: LocalNode) {
  const { admin, operator, guardian, treasury, operations, deployer } = suite;
  return {
    addresses: await localAddresses(suite),
    accounts: {
      deployer: deployer.address,
      admin: admin.address,
      operator: operator.address,
      guardian: guardian.address,
      treasury: treasury.address,
      operations: operations.address,
      members: suite.members.map(({ address }) => address),
    },
    accountNumbers: { ...LOCAL_ACCOUNTS, members: [...LOCAL_ACCOUNTS.members] },
    operatorIds: suite.operators.map(({ id }) => id),
  };
}

/** Waits for a signal, or for a time without a call. */
async function untilStopped(node: LocalNode, idleMs: number): Promise<string> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Date.now() - node.lastCallAt() > idleMs) stop("nobody has called for that long");
    }, IDLE_CHECK_MS);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const stop = (reason: string) => {
      clearInterval(timer);
      for (const signal of signals) process.removeAllListeners(signal);
      resolve(reason);
    };
    for (const signal of signals)
      process.once(signal, () => {
        stop(`received ${signal}`);
      });
  });
}
