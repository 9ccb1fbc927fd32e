import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const RUN = [process.execPath, "scripts/run.mjs", "hardhat"];
/** How the runbook starts commands. */
export const NPM: readonly string[] = ["npm", "run", "--silent", "hardhat", "--"];

/** How a command ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A node that `local up` started, in a process of its own. */
export interface RunningNode {
  readonly url: string;
  /** Environment in which other commands find it. */
  readonly env: Record<string, string>;
  readonly addresses: Record<string, string>;
  readonly accounts: Record<string, string>;
  /** Waits for its end, after a signal if one is given. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** A devnet that `devnet up` started, in a process of its own. */
export interface RunningDevnet extends Omit<RunningNode, "accounts"> {
  readonly beaconUrl: string;
}

/** Runs a command as a user does, without a terminal. */
export async function hardhat(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  return finished(start(args, env)).result;
}

/**
 * Runs a command and kills it and all that it started, with no chance to tidy up.
 * @param isTime Asked every few milliseconds.
 * @returns Whether it was killed, and did not end before that.
 */
export async function hardhatKilled(args: readonly string[], isTime: () => boolean): Promise<boolean> {
  const child = start(args, {}, RUN, true);
  const timer = setInterval(() => {
    if (child.pid === undefined || !isTime()) return;
    clearInterval(timer);
    // The group, because the program that was started has started another one.
    process.kill(-child.pid, "SIGKILL");
  }, 2);
  await finished(child).result;
  clearInterval(timer);
  return child.signalCode === "SIGKILL";
}

/** Runs a command that must succeed, and reads its result. */
export async function hardhatJson(
  args: readonly string[],
  env: Record<string, string>,
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await hardhat([...args, "--json"], env);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/**
 * Starts a local node on a free port and waits until it can be used.
 * @param program Program, and its arguments, that starts tasks.
 */
export async function startNode(
  options: readonly string[] = [],
  program: readonly string[] = RUN,
): Promise<RunningNode> {
  const { started, stop } = await untilReady(start(["local", "up", "--port", "0", "--json", ...options], {}, program));
  const { rpcUrl: url, addresses, accounts } = started as StartedRecord & Pick<RunningNode, "accounts">;
  return { url, env: { LOCAL_RPC_URL: url }, addresses, accounts, stop };
}

/** Starts a devnet on free ports and waits until it can be used. */
export async function startDevnet(options: readonly string[] = []): Promise<RunningDevnet> {
  const ports = ["--port", "0", "--beacon-port", "0"];
  const { started, stop } = await untilReady(start(["devnet", "up", ...ports, "--json", ...options], {}));
  const { rpcUrl: url, beaconUrl, addresses } = started as StartedRecord & Pick<RunningDevnet, "beaconUrl">;
  return { url, beaconUrl, env: { LOCAL_RPC_URL: url }, addresses, stop };
}

/** What a node says of itself when it can be used. */
interface StartedRecord {
  readonly rpcUrl: string;
  /** File that tells tasks where the pool is. */
  readonly record: string;
  readonly addresses: Record<string, string>;
}

async function untilReady(child: ChildProcess): Promise<{ started: StartedRecord } & Pick<RunningNode, "stop">> {
  const { result, ready } = finished(child);
  const started = JSON.parse(await ready) as StartedRecord;
  return {
    started,
    stop: async (signal) => {
      if (signal !== undefined) child.kill(signal);
      const end = await result;
      rmSync(new URL(`../../${started.record}`, import.meta.url), { force: true });
      return end;
    },
  };
}

function start(
  args: readonly string[],
  env: Record<string, string>,
  program: readonly string[] = RUN,
  detached = false,
): ChildProcess {
  // Hardhat marks its tests with HH_TEST, which these processes must not know about.
  const childEnv = { ...process.env, HH_TEST: undefined, NO_COLOR: "1", ...env };
  const [command = "", ...first] = program;
  return spawn(command, [...first, ...args], {
    cwd: ROOT,
    env: childEnv,
    detached,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The end of a process, and its standard output as soon as standard error says that it is ready. */
function finished(child: ChildProcess): { result: Promise<Finished>; ready: Promise<string> } {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const result = new Promise<Finished>((resolve) => {
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr?.on("data", () => {
      if (stderr.includes("ready:")) resolve(stdout);
    });
    child.on("close", () => {
      reject(new Error(`the process ended before it was ready: ${stderr}`));
    });
  });
  // Most commands end without ever being ready.
  ready.catch(() => undefined);
  return { result, ready };
}
