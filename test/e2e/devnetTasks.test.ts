import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { hardhat, startDevnet, startNode, type RunningDevnet, type RunningNode } from "../helpers/commandLine.ts";
import { createTaskRunner, type TaskRunner } from "../helpers/taskRunner.ts";

const EPOCHS_PER_FRAME = 4;
/** Longer than a devnet waits after a transaction before it lets another slot pass. */
const SETTLED_MS = 400;
const NOWHERE = { url: "http://127.0.0.1:9" };

interface Status {
  readonly slot: string;
  readonly headSlot: string;
  readonly epoch: number;
  readonly pace: string;
  readonly preset: string;
  readonly validators: number;
  readonly finalizedEpoch: number;
  readonly processes: { name: string; pid: number; isOnline: boolean; memoryMebibytes: number }[];
}

describe("Tasks of a devnet", () => {
  let folder: string;
  let devnet: RunningDevnet;
  let run: TaskRunner;

  const read = async <T = Record<string, unknown>>(id: string, args: Record<string, unknown> = {}): Promise<T> => {
    const { success, stdout, stderr } = await run(id, { ...args, json: true });
    expect(success, stderr).to.equal(true);
    return JSON.parse(stdout) as T;
  };
  const status = async () => read<Status>("devnet status");
  const refuses = async (id: string, args: Record<string, unknown>, line: string, runner = run) => {
    expect(await runner(id, args)).to.deep.equal({ success: false, stdout: "", stderr: `error: ${line}\n` });
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pooleth-devnet-tasks-"));
    devnet = await startDevnet(["--data", join(folder, "chain")]);
    run = await createTaskRunner(devnet);
  });

  after(async () => {
    await devnet.stop("SIGTERM");
    rmSync(folder, { recursive: true });
  });

  it("devnet status shows the chain and its processes", async () => {
    const shown = await status();

    expect(shown).to.include({ pace: "virtual", preset: "minimal", validators: 48, slot: shown.headSlot });
    expect(shown.processes.map(({ name }) => name)).to.deep.equal([
      ...["supervisor", "execution client", "beacon node"],
      ...["operator 1", "operator 2", "operator 3", "operator 4"],
    ]);
    expect(shown.processes.every(({ isOnline, memoryMebibytes }) => isOnline && memoryMebibytes > 0)).to.equal(true);
  });

  it("devnet advance goes to the beginning of an epoch, and miss lets slots pass without blocks", async () => {
    // A slot follows the last transaction of the deployment.
    await sleep(SETTLED_MS);
    const { epoch } = await status();
    const advanced = await read("devnet advance", { epochs: "2" });
    expect(advanced).to.include({ slot: String((epoch + 2) * 8), epoch: epoch + 2 });
    const { headSlot } = await status();

    const missed = await read("devnet miss", { slots: "3" });

    expect(missed).to.include({ slot: String((epoch + 2) * 8 + 3) });
    expect(await status()).to.include({ slot: missed.slot, headSlot });
  });

  it("devnet offline and online switch an operator", async () => {
    expect(await read("devnet offline", { operator: "2" })).to.deep.equal({ operator: "2", isOnline: false });
    const isOnline = async () => (await status()).processes.map((each) => each.isOnline);
    expect(await isOnline()).to.deep.equal([true, true, true, true, false, true, true]);
    expect(await read("devnet online", { operator: "2" })).to.deep.equal({ operator: "2", isOnline: true });
    expect(await isOnline()).to.deep.equal(Array(7).fill(true));
  });

  it("devnet slash has a validator slashed by the next block, once", async () => {
    expect(await read("devnet slash", { validator: "7" })).to.include({ validator: 7 });
    await read("devnet advance", { epochs: "1" });

    const validator = await fetch(`${devnet.beaconUrl}/eth/v1/beacon/states/head/validators/7`);
    expect(((await validator.json()) as { data: { status: string } }).data.status).to.equal("active_slashed");
    const again = await run("devnet slash", { validator: "7" });
    expect(again).to.include({ success: false, stdout: "" });
    expect(again.stderr).to.match(/^error: devnet refuses: .*slash.*\n$/);
  });

  it("refuses epochs, slots, operators and validators that there are none of, and changes nothing", async () => {
    const before = await status();
    for (const [id, args, line] of [
      ["devnet advance", { epochs: "0" }, /^error: epochs .*0/],
      ["devnet advance", { epochs: "1.5" }, /^error: epochs .*1\.5/],
      ["devnet advance", { epochs: "10001" }, /^error: epochs .*10001/],
      ["devnet miss", { slots: "-1" }, /^error: slots .*-1/],
      ["devnet miss", { slots: "1001" }, /^error: slots .*1001/],
      ["devnet offline", { operator: "x" }, /^error: operator .*x/],
      ["devnet offline", { operator: "9" }, /^error: devnet refuses: .*operator.*9.*name one of 1, 2, 3, 4/],
      ["devnet online", { operator: "0" }, /^error: operator .*0/],
      ["devnet slash", { validator: "0x12" }, /^error: validator names none \(got 0x12\)/],
      ["devnet slash", { validator: "4711" }, /^error: .*validator .*4711/],
      ["devnet slash", { validator: `0x${"00".repeat(48)}` }, /^error: .*validator .*0x0000/],
    ] as const) {
      const end = await run(id, args);
      expect(end, id).to.include({ success: false, stdout: "" });
      expect(end.stderr, id).to.match(line);
      expect(end.stderr.trimEnd(), id).not.to.include("\n");
    }
    expect(await status()).to.include({ slot: before.slot, headSlot: before.headSlot });
  });

  it("oracle report takes a report from the devnet's beacon node", async () => {
    await read("pool deposit", { amount: "100", yes: true });
    await sleep(SETTLED_MS);
    const { epoch } = await status();
    const nextFrame = (Math.floor(epoch / EPOCHS_PER_FRAME) + 1) * EPOCHS_PER_FRAME;
    await read("devnet advance", { epochs: String(nextFrame - epoch + 3) });

    const report = await read("oracle report", { beaconNode: devnet.beaconUrl, yes: true });

    expect(report).to.include({ refSlot: String(nextFrame * 8 - 1), rewardsWei: "0" });
    const other = await run("oracle report", { beaconNode: NOWHERE.url, yes: true });
    expect(other.stderr).to.match(/^error: beacon-node cannot be reached.*127\.0\.0\.1:9/);
  });

  it("names what is missing where no devnet listens", async () => {
    const nobody = await createTaskRunner(NOWHERE, "local");
    for (const [id, args] of TELLING)
      await refuses(
        id,
        args,
        "devnet does not answer (got 127.0.0.1:9): start it with `devnet up`, or set LOCAL_RPC_URL to it",
        nobody,
      );
    const simulated = await createTaskRunner(NOWHERE, "localFork");
    await refuses("devnet status", {}, "network is no node (got localFork): use --network local", simulated);
  });

  describe("with another node at the address", () => {
    let node: RunningNode;

    before(async () => {
      node = await startNode();
    });
    after(() => node.stop("SIGTERM"));

    it("says that it is no devnet", async () => {
      const other = await createTaskRunner(node);
      const remedy = "start one with `devnet up`, or set LOCAL_RPC_URL to it";
      for (const [id, args] of TELLING)
        await refuses(id, args, `devnet is another node (got ${new URL(node.url).host}): ${remedy}`, other);
    });
  });

  describe("devnet up", () => {
    let server: Server;
    let port: string;

    before(async () => {
      server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      port = String(typeof address === "object" ? address?.port : "");
    });
    after(() => server.close());

    for (const [title, options, line] of [
      ["preset", ["--preset", "small"], /^error: preset .*small.*minimal/],
      ["fork", ["--fork", "deneb"], /^error: fork .*deneb.*electra/],
      ["pace", ["--unbounded", "--slot-seconds", "2"], /^error: unbounded cannot be had with slotSeconds \(got true\)/],
      ["length of slots", ["--slot-seconds", "0"], /^error: slot-seconds .*0/],
      ["number of validators", ["--foreign", "15"], /^error: foreign .*15/],
      ["port", ["--port", "65536"], /^error: port .*65536/],
      ["log level", ["--log-level", "loud"], /^error: log-level .*loud/],
    ] as const)
      it(`refuses an unusable ${title}`, async () => {
        const { code, stdout, stderr } = await hardhat(["devnet", "up", ...options]);

        expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: "" });
        expect(stderr).to.match(line);
      });

    it("refuses a port that is taken, and leaves nothing behind", async () => {
      const { code, stdout, stderr } = await hardhat(["devnet", "up", "--port", port, "--beacon-port", "0"]);

      expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: "" });
      expect(stderr).to.contain("rpcPort").and.to.contain(port);
    });

    it("refuses a folder that another devnet uses, which goes on", async () => {
      const options = ["--port", "0", "--beacon-port", "0", "--data", join(folder, "chain")];

      const { code, stdout, stderr } = await hardhat(["devnet", "up", ...options]);

      expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: "" });
      expect(stderr).to.contain(join(folder, "chain"));
      expect(Number((await status()).slot)).to.be.greaterThan(0);
    });
  });
});

/** Each task that tells a devnet something. */
const TELLING: readonly [string, Record<string, unknown>][] = [
  ["devnet status", {}],
  ["devnet advance", { epochs: "1" }],
  ["devnet miss", { slots: "1" }],
  ["devnet offline", { operator: "1" }],
  ["devnet online", { operator: "1" }],
  ["devnet slash", { validator: "1" }],
  ["devnet stop", {}],
];
