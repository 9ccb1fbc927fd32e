import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";

import { expect } from "chai";
import hre from "hardhat";

import { recordFile } from "../../clients/deployment.ts";
import { findFreePort, startLocalNode } from "../../tasks/commands/localNode.ts";
import { hardhat, NPM, startNode } from "../helpers/commandLine.ts";

describe("local up", () => {
  it("refuses a port that is taken, and options it cannot read, in one line", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    const [busy, idle] = await Promise.all([
      hardhat(["local", "up", "--port", port.toString()]),
      hardhat(["local", "up", "--idle", "soon"]),
    ]);
    taken.close();

    expect(busy).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: `error: port is taken, perhaps by another local node (got ${port}): stop the other program, or give another --port (and the tasks LOCAL_RPC_URL)\n`,
    });
    expect(idle).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: "error: idle is not a positive number (got soon): give minutes, such as 60 or 0.5\n",
    });
  });

  it("ends on a signal, and when nobody has called for a while, and leaves nothing behind", async () => {
    const [idle, signalled] = await Promise.all([startNode(["--idle", "0.05"]), startNode()]);
    const recorded = existsSync(recordFile(`local-${new URL(signalled.url).port}`));
    const answer = await call(signalled.url);
    const [afterIdling, afterSignal] = await Promise.all([idle.stop(), signalled.stop("SIGTERM")]);

    expect(recorded).to.equal(true);
    expect(answer).to.deep.equal({ jsonrpc: "2.0", id: 1, result: "0x7a69" });
    expect(afterIdling).to.include({ code: 0 });
    expect(afterIdling.stderr).to.match(/stopped: nobody has called for that long\n$/);
    expect(afterSignal).to.include({ code: 0 });
    expect(afterSignal.stderr).to.match(/stopped: received SIGTERM\n$/);
    for (const { url } of [idle, signalled]) expect(await call(url).catch(() => "refused")).to.equal("refused");
  });

  it("ends when the npm that started it is stopped", async () => {
    const node = await startNode([], NPM);

    // It keeps npm's standard error open for as long as it lives, whatever becomes of npm.
    const { stderr } = await node.stop("SIGTERM");

    expect(stderr).to.match(/stopped: received SIGTERM\n$/);
    expect(await call(node.url).catch(() => "refused")).to.equal("refused");
  });

  it("closes though a client keeps a connection that it has never used", async () => {
    const node = await startLocalNode(hre, await findFreePort(0));
    rmSync(node.record);
    const client = connect(Number(new URL(node.url).port), "127.0.0.1");
    await once(client, "connect");
    const cut = once(client, "close");
    await call(node.url);

    await node.close();

    await cut;
  });
});

describe("Tasks for local chains", () => {
  const unset = { HOODI_RPC_URL: "", HOODI_PRIVATE_KEY: "" };
  const tasks = [
    ["local", "ceremony", "--out", "ceremony/never"],
    ["local", "advance"],
  ];

  for (const task of tasks)
    it(`refuse another network before they ask for its node: ${task.slice(0, 2).join(" ")}`, async () => {
      const refusal = (network: string) => ({
        code: 1,
        stdout: "",
        stderr: `error: network is not local: this task is for local chains only (got ${network}, chain id 560048): use --network local\n`,
      });

      expect(await hardhat([...task, "--network", "hoodi"], unset)).to.deep.equal(refusal("hoodi"));
      expect(await hardhat([...task, "--network", "hoodiFork"], unset)).to.deep.equal(refusal("hoodiFork"));
    });
});

async function call(url: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return response.json();
}
