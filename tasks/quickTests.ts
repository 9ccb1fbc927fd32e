import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";

import type { TaskOverrideActionFunction } from "hardhat/types/tasks";

/** Folder of tests that start a devnet, and take about a minute each. */
const SLOW = "e2e";

const action: TaskOverrideActionFunction = async (args, hre, runSuper) => {
  const { testFiles } = args as { testFiles: string[] };
  const files = testFiles.length > 0 ? testFiles : await quickTests(hre.config.paths.tests.mocha);
  return (await runSuper({ ...args, testFiles: files })) as unknown;
};

export default action;

async function quickTests(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => file.endsWith(".test.ts") && file.split(sep)[0] !== SLOW)
    .sort()
    .map((file) => join(folder, file));
}
