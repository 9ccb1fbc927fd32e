import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import hre from "hardhat";

import { fetchBatches } from "../../clients/batches.ts";
import { readBatches } from "../../clients/folderBatches.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { parseEther } from "../../src/units/ether.ts";
import { planActivation } from "../../tasks/commands/activate.ts";
import { planDeposit } from "../../tasks/commands/deposit.ts";
import { listBatches } from "../../tasks/commands/listBatches.ts";
import { advanceFrame } from "../../tasks/commands/localAdvance.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { writeLocalCeremony } from "../../tasks/commands/localCeremony.ts";
import { poolStatus } from "../../tasks/commands/poolStatus.ts";
import { registerBatches } from "../../tasks/commands/registerBatches.ts";
import { planReport } from "../../tasks/commands/report.ts";
import { openPool, type PoolConnection } from "../../tasks/connect.ts";
import type { PrintableRecord } from "../../tasks/output.ts";
import { findMembers, findRoleHolder, findSender } from "../../tasks/signers.ts";
import { carryOut, type Plan } from "../../tasks/transaction.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ETHER = 10n ** 18n;
const FIRST_ETHER = 1_000_000_000n;
const YES = { dryRun: false, yes: true };

describe("A fork of a local node", () => {
  let node: LocalNode;
  let original: PoolConnection;
  let fork: PoolConnection;
  let folder: string;

  before(async () => {
    node = await startLocalNode(hre, await findFreePort(0));
    const { url } = node;
    const local = await hre.network.create({ network: "local", override: { url } });
    original = await openPool(local, undefined);
    const sender = await findSender(original, undefined);
    await send(
      await planDeposit(original, { sender, ethAmount: parseEther("10"), receiver: undefined, referral: undefined }),
    );
    const forked = await hre.network.create({ network: "localFork", override: { forking: { url } } });
    fork = await openPool(forked, undefined);
    folder = mkdtempSync(join(tmpdir(), "pooleth-fork-"));
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    rmSync(node.record);
    await original.connection.close();
    await node.close();
  });

  it("begins with the pool of the node, by the node's record", async () => {
    expect(await poolStatus(fork)).to.deep.equal(await poolStatus(original));
    expect(await fork.pool.poolETH.getAddress()).to.equal(await node.suite.poolETH.getAddress());
  });

  it("runs deposit, registration, activation and report, and leaves the node untouched", async () => {
    const untouched = await poolStatus(original);
    const block = await original.connection.ethers.provider.getBlockNumber();

    const sender = await findSender(fork, undefined);
    const amount = parseEther("90");
    await send(await planDeposit(fork, { sender, ethAmount: amount, receiver: undefined, referral: undefined }));
    const out = join(folder, "first");
    await writeLocalCeremony(fork, out, 4, "2026-01-01T00:00:00.000Z");
    const made = readBatches(out, LOCAL);
    const ceremony = made[0]?.ceremony;
    if (ceremony === undefined) throw new Error("no ceremony was made");
    const operator = await findRoleHolder(fork, fork.pool.poolManager, "registerBatch", undefined);
    const registration = { operator, batches: made, network: LOCAL, content: "test:", scanFrom: 0 };
    const registered = await registerBatches(fork, registration, YES, fakeTerminal());
    const members = await findMembers(hre, fork, undefined);
    const batches = await fetchBatches(fork.pool, fork.startBlock);
    const request = { sender, members, ceremony, batches, maxCount: 10, scanFrom: 0 };
    const activated = await send(await planActivation(fork, request));
    const { refSlot } = await advanceFrame(fork);
    // The frame ends in less than a day, which lets the pool grow by at most 2.7 basis points.
    const fields = { validatorsGwei: 96_005_000_000n };
    const reported = await send(await planReport(fork, { sender, members, fields }));

    expect((registered.batches as PrintableRecord[])[0]).to.include({ batch: 0n, keys: 4, firstNonce: 0n });
    expect(activated).to.include({ batch: 0n, position: 0, keys: 3, stakedWei: 96n * ETHER });
    expect(reported).to.include({
      refSlot,
      rewardsWei: ETHER / 200n,
      deferredRewardsWei: 0n,
      totalPooledEtherWei: 100n * ETHER + ETHER / 200n + FIRST_ETHER,
    });
    expect((await listBatches(fork)).batches[0]).to.include({ batch: 0n, state: "next", activated: 3 });
    expect(await fork.pool.poolETH.totalStaked()).to.equal(96n * ETHER);

    expect(await poolStatus(original)).to.deep.equal(untouched);
    expect(untouched).to.include({ totalPooledEtherWei: 10n * ETHER + FIRST_ETHER, totalStakedWei: 0n, batchCount: 0 });
    expect(await original.connection.ethers.provider.getBlockNumber()).to.equal(block);
  });
});

async function send(plan: Plan) {
  return carryOut(plan, YES, fakeTerminal());
}
