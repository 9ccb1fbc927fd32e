import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { DevnetProcess, type CommandEnd } from "../../scripts/lifecycle/devnetProcess.ts";
import { processesOf, whatIsLeft } from "../helpers/processesOf.ts";

/** In which all processes of a devnet must have ended. */
const END_MS = 6_000;

describe("process of a devnet", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "pooleth-e2e-"));
  const kept = ["--data", folder, "--foreign", "16"];
  const begun: DevnetProcess[] = [];

  afterEach(async () => {
    for (const devnet of begun.splice(0)) await devnet.stop("SIGKILL");
    expect(await whatIsLeft(folder, END_MS)).to.deep.equal([]);
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe("that does not start", () => {
    const fresh = ["--data", join(folder, "fresh"), "--foreign", "16"];

    it("ends at a signal while it deploys", async () => {
      const devnet = begin(fresh);
      await devnet.until("deploying");
      await sleep(1_500);
      const { code, stderr } = await timed(devnet, "SIGTERM");
      expect([code, stderr]).to.deep.equal([0, `${stderr.split("\n")[0] ?? ""}\nstopped: received SIGTERM\n`]);
      expect(processesOf(folder)).to.deep.equal([]);
    });

    it("says so if the deployment fails", async () => {
      const devnet = begin(fresh);
      await devnet.until("deploying");
      const children = readFileSync(`/proc/${devnet.pid}/task/${devnet.pid}/children`, "utf8").trim().split(" ");
      const deployment = processesOf("deployPool.ts").find((pid) => children.includes(String(pid)));
      expect(deployment).not.to.equal(undefined);
      process.kill(deployment ?? 0, "SIGKILL");
      expect(await devnet.ended).to.deep.include({ code: 1 });
      expect(devnet.stderr).to.contain("error: the deployment has ended without a pool (SIGKILL)");
      expect(processesOf(folder)).to.deep.equal([]);
    });

    for (const option of ["--port", "--beacon-port"])
      it(`says so if ${option} is taken`, async () => {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        const { code, stderr } = await begin([...kept, option, String(port)]).ended;
        await closed(server);
        expect(code).to.equal(1);
        expect(stderr).to.match(/^error: (rpcPort|beaconPort) is taken by another program \(got \d+\): stop .*\n$/);
      });
  });

  it("goes on with chain, pool and operators after it was killed", async () => {
    const first = await start();
    const before = await first.client.advance(20);
    const { hash, addresses } = await poolOf(first);
    await first.stop("SIGKILL");
    // At once, while the others still end.
    const second = await start();
    expect(await poolOf(second)).to.deep.equal({ hash, addresses });
    expect((await second.client.status()).slot).to.be.within(before.slot, before.slot + 1);
    const { epoch, finalizedEpoch } = await second.client.advance(40);
    expect(finalizedEpoch).to.be.at.least(epoch - 3);
    const { processes } = await second.client.status();
    expect(processes.map(({ name }) => name)).to.have.members([
      ...["supervisor", "execution client", "beacon node"],
      ...["operator 1", "operator 2", "operator 3", "operator 4"],
    ]);
    expect((await timed(second, "SIGTERM")).code).to.equal(0);
  });

  it("leaves no process when it is killed", async () => {
    const devnet = await start();
    await devnet.stop("SIGKILL");
    expect(await whatIsLeft(folder, END_MS)).to.deep.equal([]);
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    it(`ends in order at ${signal}, as a terminal sends it to all of a group`, async () => {
      const devnet = await start();
      const slots = devnet.client.advance(64).catch(() => undefined);
      await sleep(300);
      const began = Date.now();
      process.kill(-devnet.pid, signal);
      const { code, stderr } = await devnet.ended;
      expect([code, stderr.split("\n").slice(1)]).to.deep.equal([0, [`stopped: received ${signal}`, ""]]);
      expect(Date.now() - began).to.be.below(END_MS);
      expect(processesOf(folder)).to.deep.equal([]);
      await slots;
    });

  it("ends when it is told to", async () => {
    const devnet = await start();
    await devnet.client.stop();
    expect(await devnet.ended).to.deep.include({ code: 0 });
    expect(processesOf(folder)).to.deep.equal([]);
  });

  it("refuses a folder that another process uses", async () => {
    const devnet = await start();
    const { code, stderr } = await begin(kept).ended;
    expect(code).to.equal(1);
    expect(stderr).to.contain(`is used by process ${devnet.pid}`);
    expect((await devnet.client.advance(1)).slot).to.be.above(0);
  });

  it("gives up a component that dies again and again, and names its log", async () => {
    const devnet = await start();
    const dead = new Set<number>();
    while (devnet.child.exitCode === null) {
      const status = await devnet.client.status().catch(() => undefined);
      const pid = status?.processes.find(({ name }) => name === "operator 2")?.pid;
      if (pid !== undefined && !dead.has(pid)) process.kill(pid, "SIGKILL");
      if (pid !== undefined) dead.add(pid);
      await sleep(50);
    }
    const { code, stderr } = await devnet.ended;
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /error: devnet has ended 6 times within 20 seconds, .*SIGKILL .*operator 2.*operator-2\.log/,
    );
    expect(processesOf(folder)).to.deep.equal([]);
  });

  it("says so if the execution client does not start", async () => {
    // So that there is a chain to go on with.
    await (await start()).stop();
    const file = join(folder, "genesis.json");
    const genesis = readFileSync(file, "utf8");
    writeFileSync(file, "{");
    const { code, stderr } = await begin(kept).ended;
    writeFileSync(file, genesis);
    expect(code).to.equal(1);
    expect(stderr).to.match(/error: devnet has ended \(exit code \d+\) \(got execution client\).*execution\.log/);
  });

  function begin(options: readonly string[]): DevnetProcess {
    const devnet = DevnetProcess.begin(options);
    begun.push(devnet);
    return devnet;
  }

  async function start(): Promise<DevnetProcess> {
    const devnet = begin(kept);
    await devnet.until("ready: ");
    return devnet;
  }

  /** Where the pool is, and the hash of a block that is final. */
  async function poolOf({ started }: DevnetProcess) {
    const provider = new JsonRpcProvider(started.rpcUrl);
    try {
      const { poolETH = "" } = started.addresses;
      expect(await provider.getCode(poolETH)).to.have.lengthOf.above(2);
      return { hash: (await provider.getBlock(5))?.hash, addresses: started.addresses };
    } finally {
      provider.destroy();
    }
  }
});

/** Ends it, and makes sure that it is quick. */
async function timed(devnet: DevnetProcess, signal: NodeJS.Signals): Promise<CommandEnd> {
  const began = Date.now();
  const end = await devnet.stop(signal);
  expect(Date.now() - began).to.be.below(END_MS);
  return end;
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
