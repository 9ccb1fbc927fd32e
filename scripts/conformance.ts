// Replays recorded behaviour of ssv.network on the simulator: `npm run conformance -- FILE...`.
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import hre from "hardhat";

import { replay } from "./conformance/replay.ts";
import { readTrace } from "./conformance/trace.ts";

const SHOWN = 10;

process.exitCode = await main(process.argv.slice(2));

async function main(files: string[]): Promise<number> {
  if (files.length === 0) return fail("name the traces to replay, for example test/vectors/ssv-v2/trace-1.json");

  let traces;
  try {
    traces = files.map((file) => ({ file, trace: readTrace(locate(file)) }));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }

  await hre.tasks.getTask("build").run({ quiet: true });
  let failed = false;
  for (const { file, trace } of traces) {
    const connection = await hre.network.create();
    const mismatches = await replay(connection, hre.artifacts, trace);
    await connection.close();

    console.log(`${file}: ${trace.steps.length} steps, ${mismatches.length} mismatches`);
    for (const mismatch of mismatches.slice(0, SHOWN)) console.log(`  ${mismatch}`);
    failed ||= mismatches.length > 0;
  }
  return failed ? 1 : 0;
}

/** npm runs scripts in the project's folder, and says in which one it was called. */
function locate(file: string): string {
  const called = process.env.INIT_CWD;
  return existsSync(file) || called === undefined ? file : resolve(called, file);
}

function fail(message: string): number {
  console.error(`conformance: ${message}`);
  return 1;
}
