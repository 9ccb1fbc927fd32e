import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { Wallet } from "ethers";

import { exitsOf, type TestBatch } from "../../helpers/exits.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployFunded, ETHER } from "../../helpers/registry.ts";
import { makeReport } from "../../helpers/report.ts";
import type { RpcServer } from "../../helpers/rpcServer.ts";
import { serveChain } from "../../helpers/servedChain.ts";
import { useServingMembers } from "./support/servingMembers.ts";
import { approveKeys, signExits, signReports } from "./support/signedMessages.ts";
import { registerStored, useFolder } from "./support/storedBatches.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const NOBODY = "http://127.0.0.1:9";

interface Ended {
  readonly code: number;
  readonly lines: readonly Record<string, unknown>[];
  readonly stderr: string;
}

describe("A keeper as a process", () => {
  const folder = useFolder();
  let batch: TestBatch;
  const suite = useSuite(async () => {
    const deployed = await deployFunded(70n);
    const [registered] = await registerStored(deployed, folder(), 3);
    if (registered === undefined) throw new Error("no batch was registered");
    batch = registered;
    return deployed;
  });
  const members = useServingMembers(suite, 3);
  const wallet = new Wallet(`0x${"b7".repeat(32)}`);
  let node: RpcServer;
  let data: string;
  beforeEach(async () => {
    node = await serveChain(suite().chain.provider);
    data = mkdtempSync(join(tmpdir(), "pooleth-keeper-"));
    await suite().chain.networkHelpers.setBalance(wallet.address, 10n * ETHER);
  });
  afterEach(async () => {
    await node.stop();
    rmSync(data, { recursive: true });
  });
  const activated = async () => Number((await suite().poolManager.batchOf(batch.batchId)).activated);

  /** One round of a keeper that reads what members serve. */
  async function run(...flags: string[]): Promise<Ended> {
    const file = join(data, "keeper.json");
    const config = {
      ...{ pool: await suite().poolETH.getAddress(), startBlock: 0, data, execution: [node.url], beacon: [NOBODY] },
      ...{ signer: { env: "KEEPER_TEST_KEY" }, members: [...members().urls, NOBODY], logLevel: "debug" },
      actions: { submitReport: { afterSeconds: 0 } },
    };
    writeFileSync(file, JSON.stringify(config));
    const program = ["--import", "tsx", "daemon/keeper/main.ts", "--config", file, "--once", ...flags];
    const env = { ...process.env, KEEPER_TEST_KEY: wallet.privateKey };
    return new Promise((resolve) => {
      execFile(process.execPath, program, { cwd: ROOT, env, timeout: 60_000 }, (error, stdout, stderr) => {
        const lines = stdout.split("\n").filter((line) => line !== "");
        resolve({
          code: error === null ? 0 : Number(error.code),
          lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
          stderr,
        });
      });
    });
  }

  it("stakes to keys, reports, and tells of exits, as a quorum signed over HTTP", async () => {
    members().sign(await approveKeys(suite(), batch, [0, 2]));
    const first = await run();
    expect([first.code, first.stderr, await activated()], JSON.stringify(first.lines)).to.deep.equal([0, "", 2]);
    expect(first.lines.find(({ msg }) => msg === "member does not answer")).to.include({ member: "127.0.0.1:9" });

    const report = await makeReport(suite());
    members().sign(await signReports(suite(), report));
    members().sign(await signExits(suite(), [batch], [{ batchId: batch.batchId, from: 1, to: 2 }]));
    const second = await run();
    expect([second.code, second.stderr]).to.deep.equal([0, ""]);
    expect((await suite().accounting.lastReport()).refSlot).to.equal(report.refSlot);
    const exits = await exitsOf(suite());
    const marks = await Promise.all([0, 1].map((position) => exits.exitOf(batch.batchId, position)));
    expect(marks.map(({ isGone }) => isGone)).to.deep.equal([false, true]);

    const sent = [...first.lines, ...second.lines].filter(({ msg }) => msg === "transaction mined");
    expect(sent.map(({ purpose }) => purpose)).to.deep.equal(["activate", "submitReport", "reportExits"]);
    expect(JSON.stringify([first, second])).not.to.include(wallet.privateKey.slice(2));
  });

  it("says in a dry run what it would send, sends nothing, and ends with 0", async () => {
    members().sign(await approveKeys(suite(), batch, [0, 2]));
    const { code, stderr, lines } = await run("--dry-run");
    expect([code, stderr, await activated()]).to.deep.equal([0, "", 0]);
    const announced = lines.find(({ msg }) => msg === `would send activate:${batch.batchId}:0`);
    expect(announced).to.include({ action: "activate", keys: 2, signers: 3 });
  });

  it("ends with 1 where no execution node answers", async () => {
    await node.stop();
    const { code, lines } = await run();
    expect([code, lines.some(({ msg }) => msg === "ends")]).to.deep.equal([1, true]);
  });
});
