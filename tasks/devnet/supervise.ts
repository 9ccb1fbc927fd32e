// The process that a devnet is run by: it starts the others and stays. Plain Node, since Hardhat would stay with it.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { Devnet } from "../../devnet/supervisor/devnet.ts";
import type { Deployment, DevnetChain } from "../../devnet/supervisor/devnetOptions.ts";
import { DevnetFolder } from "../../devnet/supervisor/folder.ts";
import { toJson, toText } from "../output.ts";
import { processTerminal as terminal } from "../terminal.ts";
import { recordDevnet } from "./record.ts";
import { describeStatus } from "./describeStatus.ts";
import type { Supervision } from "./supervision.ts";
import { Interruption } from "./interruption.ts";

const DEPLOY = fileURLToPath(new URL("deployPool.ts", import.meta.url));

process.exitCode = await main(JSON.parse(process.argv[2] ?? "{}") as Supervision);

async function main({ isJson, data, ...options }: Supervision): Promise<number> {
  const interruption = new Interruption();
  const temporary = data === undefined ? mkdtempSync(join(tmpdir(), "pooleth-devnet-")) : undefined;
  const folder = new DevnetFolder(resolve(temporary ?? data ?? ""));
  try {
    const note = (line: string) => {
      terminal.note(line);
    };
    const devnet = await Devnet.start({ ...options, folder, deploy, note, signal: interruption.signal });
    const record = relative(process.cwd(), recordDevnet(devnet.rpcUrl, devnet.pool));
    const started = { record, ...describeStatus(await devnet.status()), addresses: devnet.pool.addresses };
    terminal.print(isJson ? toJson(started) : toText(started));
    note("ready: ends on Ctrl-C or `devnet stop`");
    const reason = await Promise.race([interruption.reason, devnet.ended.then(() => "asked to")]);
    await devnet.stopped();
    const failure = await devnet.ended;
    if (failure !== undefined) throw failure;
    note(`stopped: ${reason}`);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) {
      terminal.note(`stopped: ${await interruption.reason}`);
      return 0;
    }
    terminal.note(`error: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    interruption.ignore();
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

/** Has another process deploy the pool, and end with the memory that it took. */
async function deploy(chain: DevnetChain, signal: AbortSignal): Promise<Deployment> {
  terminal.note("deploying a pool on a new chain …");
  const child = fork(DEPLOY, [JSON.stringify(chain)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    signal,
  });
  return new Promise((resolve, reject) => {
    child.once("message", ({ pool, operators }: { pool: Deployment["pool"]; operators: WrittenOperator[] }) => {
      resolve({ pool, operators: operators.map(({ id, privateKey }) => ({ id: BigInt(id), privateKey })) });
    });
    child.once("exit", (code, signal) => {
      reject(new Error(`the deployment has ended without a pool (${signal ?? `exit code ${code}`})`));
    });
    child.once("error", reject);
  });
}

/** An operator as it comes over the channel, which knows no large numbers. */
interface WrittenOperator {
  readonly id: string;
  readonly privateKey: string;
}
