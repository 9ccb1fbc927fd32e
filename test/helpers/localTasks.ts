import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { startNode, type RunningNode } from "./commandLine.ts";
import { createTaskRunner, type TaskRunner } from "./taskRunner.ts";
import { TestProvider } from "./testProvider.ts";

/** A local chain, and tasks that are run on it. */
export interface LocalTasks {
  readonly node: RunningNode;
  readonly chain: TestProvider;
  /** Empty at first. */
  readonly folder: string;
  readonly run: TaskRunner;
  /** Runs a task that must succeed, and reads its JSON. */
  readonly read: <T = Record<string, unknown>>(id: string, args?: Record<string, unknown>) => Promise<T>;
  /** Stakes to as many new validators of the pool as are said, and returns the folder of their ceremony. */
  readonly stake: (keys: number) => Promise<string>;
  /** Runs a task that must fail with this line alone. */
  readonly refuses: (id: string, args: Record<string, unknown>, line: string) => Promise<void>;
}

/**
 * Starts a local chain for a `describe`.
 * @returns How its tests and later hooks get at it.
 */
export function useLocalTasks(): () => LocalTasks {
  let tasks: LocalTasks | undefined;

  before(async () => {
    const node = await startNode();
    const chain = new TestProvider(node.url, undefined, { cacheTimeout: -1 });
    const folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    const run = await createTaskRunner(node);
    tasks = {
      ...{ node, chain, folder, run },
      async read<T>(id: string, args: Record<string, unknown> = {}) {
        const { success, stdout, stderr } = await run(id, { ...args, json: true });
        expect(success, stderr).to.equal(true);
        return JSON.parse(stdout) as T;
      },
      async stake(keys) {
        const dir = join(folder, "ceremony");
        for (const [id, args] of [
          ["pool deposit", { amount: `${32 * keys}`, yes: true }],
          ["local ceremony", { out: dir, count: `${keys}` }],
          ["validators register", { dir, yes: true }],
          ["validators activate", { dir, yes: true }],
        ] as const)
          expect(await run(id, args)).to.include({ success: true });
        return dir;
      },
      async refuses(id, args, line) {
        expect(await run(id, args)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
      },
    };
  });

  after(async () => {
    tasks?.chain.destroy();
    if (tasks !== undefined) rmSync(tasks.folder, { recursive: true });
    await tasks?.node.stop("SIGTERM");
  });

  return () => {
    if (tasks === undefined) throw new Error("the chain is started in a hook: ask for it within a test");
    return tasks;
  };
}
