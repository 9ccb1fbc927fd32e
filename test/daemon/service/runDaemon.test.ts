import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { startRpcServer, type RpcServer } from "../../helpers/rpcServer.ts";

const PROGRAM = fileURLToPath(new URL("../fixture/testDaemon.ts", import.meta.url));
const PATIENCE_MS = 30_000;

interface LogLine extends Record<string, unknown> {
  readonly msg: string;
  readonly monitoringPort?: number;
}

describe("A daemon as a process", () => {
  let folder: string;
  let node: RpcServer;
  let child: ChildProcess;
  let output: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    node = await startRpcServer(({ method }) => ({ result: method === "eth_chainId" ? "0x7a69" : "0x5" }));
  });
  afterEach(async () => {
    child.kill("SIGKILL");
    await node.stop();
    rmSync(folder, { recursive: true });
  });

  const start = (behaviour: string, mode = "", change: object = {}): Promise<number | null> => {
    const file = join(folder, "config.json");
    const config = {
      ...{ pool: `0x${"1".repeat(40)}`, startBlock: 0, data: "data", pollSeconds: 0.05, logLevel: "debug" },
      ...{ execution: [`${node.url}/v3/secret`], beacon: ["http://127.0.0.1:1"] },
    };
    writeFileSync(file, JSON.stringify({ ...config, ...change }));
    output = "";
    child = spawn(process.execPath, ["--import", "tsx", PROGRAM, behaviour, file, mode]);
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    return new Promise((resolve) => {
      child.on("close", resolve);
    });
  };
  const lines = (): LogLine[] =>
    output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as LogLine);
  const notes = (): string[] =>
    existsSync(join(folder, "data", "notes"))
      ? readFileSync(join(folder, "data", "notes"), "utf8")
          .trimEnd()
          .split("\n")
      : [];
  const until = async (isTime: () => boolean): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isTime()) {
      if (Date.now() > deadline) throw new Error(`it does not come so far: ${output}`);
      await sleep(10);
    }
  };

  it("does one round and ends with 0, or with 1 where that fails", async () => {
    expect(await start("work", "--once")).to.equal(0);
    expect(notes()).to.deep.equal(["begins at 5", "ends", "closed"]);
    expect(await start("fail", "--once")).to.equal(1);
    expect(output).to.include("as it was told to");
    expect(output).not.to.include("secret");
  });

  it("can be asked how it is, while it does its rounds", async () => {
    const ended = start("work");
    await until(() => notes().length > 4);
    const port = lines().find(({ msg }) => msg === "ready")?.monitoringPort;
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${String(port)}${path}`)).text();
    expect(await ask("/readyz")).to.equal('{"status":"ok"}');
    const metrics = await ask("/metrics");
    for (const line of [
      /^pooleth_rounds_total\{result="succeeded"\} [1-9]/m,
      /^pooleth_round_seconds_bucket\{le="0.1"\} [1-9]/m,
      /^pooleth_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m,
      /^pooleth_start_timestamp_seconds 1\d{9}/m,
      /^pooleth_process_open_fds [1-9]/m,
      new RegExp(`^pooleth_endpoint_requests_total\\{endpoint="${node.host}",result="answered"\\} [1-9]`, "m"),
    ])
      expect(metrics).to.match(line);
    expect(metrics).not.to.include("secret");
    child.kill("SIGTERM");
    await ended;
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    it(`finishes its round at ${signal}, closes everything and ends with 0`, async () => {
      const ended = start("slow");
      await until(() => notes().length === 1);
      child.kill(signal);
      expect(await ended).to.equal(0);
      expect(notes()).to.deep.equal(["begins at 5", "ends", "closed"]);
      expect(lines().map(({ msg }) => msg)).to.include.members(["starts", "ready", "stops", "ended"]);
    });

  it("does not wait for a round that never ends", async () => {
    const ended = start("stubborn");
    await until(() => notes().length === 1);
    child.kill("SIGTERM");
    expect(await ended).to.equal(0);
    expect(notes()).to.deep.equal(["begins at 5", "closed"]);
  });

  it("ends at once at the second signal", async () => {
    const ended = start("slow");
    await until(() => notes().length === 1);
    child.kill("SIGTERM");
    await until(() => output.includes("stops"));
    child.kill("SIGINT");
    expect(await ended).to.equal(130);
    expect(notes()).to.deep.equal(["begins at 5"]);
  });

  it("ends with 1 where a round hangs", async () => {
    expect(await start("hang")).to.equal(1);
    expect(notes()).to.deep.equal(["begins at 5", "closed"]);
    expect(output).to.include("takes longer than 0.5 seconds");
  });

  it("does not start where its port is taken, and says so", async () => {
    const taken = Number(new URL(node.url).port);
    expect(await start("work", "", { monitoringPort: taken })).to.equal(1);
    expect(lines().find(({ msg }) => msg === "ends")?.err).to.include({
      type: "PortError",
      message: `monitoringPort is taken by another program (got ${taken}): give a port that is free, or 0 for any`,
    });
    expect(notes()).to.deep.equal([]);
  });

  it("does not start without a node, and says so", async () => {
    node.answer = () => ({ status: 503, text: "" });
    expect(await start("work")).to.equal(1);
    expect(output).to.include(`execution has no node that answers (got ${node.host}: HTTP status 503)`);
  });

  it("does not start where the pool would begin after the newest block, and says so", async () => {
    expect(await start("work", "", { startBlock: 6 })).to.equal(1);
    expect(output).to.include("startBlock is after the newest block, 5 (got 6): correct it, or wait until");
    expect(notes()).to.deep.equal([]);
  });
});
