import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { startChain } from "../helpers/executionChain.ts";

/** A program that starts a client with the options in its first argument, and tells its process. */
const PROGRAM = `
const { startExecutionClient } = await import(${JSON.stringify(new URL("../../devnet/execution/client.ts", import.meta.url).href)});
const { pid } = await startExecutionClient(JSON.parse(process.argv[1]));
console.log(pid);
setInterval(() => undefined, 1_000);
`;
const PATIENCE = 10_000;

describe("execution client whose program is killed", () => {
  it("ends by itself", async () => {
    const chain = await startChain();
    await chain.client.stop();
    const args = ["--input-type=module", "--eval", PROGRAM, JSON.stringify(chain.options)];
    const program = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = (await once(program.stdout, "data")) as [Buffer];
    const client = Number(pid.toString());
    expect(isRunning(client)).to.equal(true);
    program.kill("SIGKILL");
    for (let waited = 0; isRunning(client) && waited < PATIENCE; waited += 50) await sleep(50);
    expect(isRunning(client)).to.equal(false);
    await chain.close();
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
