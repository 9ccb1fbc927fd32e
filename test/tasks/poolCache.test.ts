import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { readCeremony } from "../../clients/ceremonyFolder.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { useLocalTasks } from "../helpers/localTasks.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";
import { startWatchedNode, type WatchedNode } from "../helpers/watchedNode.ts";

describe("what tasks of the pool keep of ssv.network", () => {
  const local = useLocalTasks();
  let watched: WatchedNode;
  let run: TaskRunner;
  let dir: string;

  before(async () => {
    const { node, folder, read } = local();
    dir = join(folder, "ceremony");
    await read("pool deposit", { amount: "64", yes: true });
    await read("local ceremony", { out: dir, count: "2" });
    await read("validators register", { dir, yes: true });
    await read("validators activate", { dir, count: "1", yes: true });
    watched = await startWatchedNode(node.url);
    // The pool is recorded for the port of the node itself, so tasks are given its address.
    run = await createTaskRunner(node, "local", watched.url);
  });

  after(async () => {
    await watched.stop();
  });

  const address = (name: string): string => (local().node.addresses[name] ?? "").toLowerCase();

  /** Runs a task, and counts in how many blocks it had the logs of ssv.network looked for. */
  async function blocksAskedBy(id: string, args: Record<string, unknown>) {
    watched.takeRanges();
    const { success, stdout, stderr } = await run(id, { pool: address("poolETH"), json: true, ...args });
    expect(success, stderr).to.equal(true);
    const ranges = watched.takeRanges().filter((range) => range.address === address("ssvNetwork"));
    const blocks = ranges.reduce((sum, { fromBlock, toBlock }) => sum + toBlock - fromBlock + 1, 0);
    return { blocks, result: JSON.parse(stdout) as Record<string, unknown> };
  }

  const TASKS: readonly (readonly [id: string, args: () => Record<string, unknown>])[] = [
    ["validators activate", () => ({ dir, dryRun: true })],
    ["validators show", () => ({ pubkey: readCeremony(dir, LOCAL).keys[0]?.pubkey })],
  ];
  for (const [id, args] of TASKS)
    it(`spares the second ${id} the blocks that the first one has read`, async () => {
      const file = `31337-${address("ssvNetwork")}-${address("clusterManager")}.json`;
      rmSync(join(hre.config.paths.cache, "ssv", file), { force: true });

      const first = await blocksAskedBy(id, args());
      const second = await blocksAskedBy(id, args());

      expect(second.result).to.deep.equal(first.result);
      // The whole chain, from block 0 to the newest.
      expect(first.blocks - second.blocks).to.equal((await local().chain.getBlockNumber()) + 1);
    });
});
