import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { FieldError } from "../src/units/errors.ts";

/** A component of the devnet does not start, has ended, or does not answer. */
export class ComponentError extends FieldError {}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that is run as a process of its own. */
export interface Program {
  /** As messages call it. */
  readonly name: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it writes to standard error is added to it. */
  readonly logFile: string;
  /** Whether standard output is read here instead of logged, and standard input stays open as long as this process. */
  readonly isPiped: boolean;
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
}

/** What was compiled once takes less memory, and so does one arena for what is allocated outside of JavaScript. */
export const LEAN = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../node_modules/.cache/pooleth/compiled", import.meta.url)),
  MALLOC_ARENA_MAX: "1",
};
const STOP_TIMEOUT_MS = 5_000;
const SHOWN_LINES = 12;

/** Starts a program with a channel for messages. */
export function startProgram({ args, env, logFile, isPiped }: Program): Running {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
  try {
    const child = spawn(process.execPath, args, {
      stdio: [isPiped ? "pipe" : "ignore", isPiped ? "pipe" : log, log, "ipc"],
      // What a terminal sends is for this process, which ends them in order.
      detached: true,
      // Options of this program's Node are not the component's.
      env: { ...process.env, NODE_OPTIONS: "", ...LEAN, ...env },
    });
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once("exit", (code, signal) => {
        resolve({ code, signal });
      });
      child.once("error", () => {
        resolve({ code: null, signal: null });
      });
    });
    return { child, ended };
  } finally {
    closeSync(log);
  }
}

/** Has a process end in order, and ends it if that takes too long. */
export async function stopProcess({ child, ended }: Running): Promise<ProcessEnd> {
  child.kill("SIGTERM");
  const late = new AbortController();
  const kill = async () => {
    await sleep(STOP_TIMEOUT_MS, undefined, { signal: late.signal }).catch(() => undefined);
    if (!late.signal.aborted) child.kill("SIGKILL");
    return ended;
  };
  const end = await Promise.race([ended, kill()]);
  late.abort();
  return end;
}

/** How a process ended, in words. */
export function showEnd({ code, signal }: ProcessEnd): string {
  if (signal !== null) return `signal ${signal}`;
  return code === null ? "it did not start" : `exit code ${code}`;
}

/** Why a component is of no use, with the end of its log. */
export function componentError({ name, logFile }: Pick<Program, "name" | "logFile">, problem: string): ComponentError {
  const lines = existsSync(logFile) ? readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-SHOWN_LINES) : [];
  const shown = lines.length === 0 ? "which is empty" : `which ends with:\n${lines.join("\n")}`;
  return new ComponentError("devnet", name, problem, `read ${logFile}, ${shown}`);
}
