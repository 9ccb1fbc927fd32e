import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { fetchBatches } from "../../clients/batches.ts";
import { exitRequestsOf } from "../../clients/exitRequests.ts";
import { connectPool } from "../../clients/pool.ts";
import { BATCH_RECORDS } from "../../src/ceremony/batchHistory.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { limitFee } from "../../tasks/commands/exitByRequest.ts";
import { planOverdueExits } from "../../tasks/commands/exitOverdue.ts";
import { requireOverdueRequest } from "../../tasks/commands/overdueRequest.ts";
import type { PoolConnection } from "../../tasks/connect.ts";
import { InputError } from "../../tasks/input.ts";
import { carryOut } from "../../tasks/transaction.ts";
import { DAY, ETHER, passTime, strangers } from "../helpers/accounts.ts";
import { activate, registerCeremony } from "../helpers/activation.ts";
import { writeBatches } from "../helpers/ceremonyFolders.ts";
import { exitsAsked, requestEther } from "../helpers/exits.ts";
import { useSuite } from "../helpers/isolation.ts";
import { fakeTerminal } from "../helpers/terminal.ts";
import { deployRedeemable } from "../helpers/withdrawals.ts";

const ROOT = `0x${"ab".repeat(32)}`;

describe("validators exit-overdue", () => {
  let folder: string;
  let pubkeys: string[];

  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    const batches = await writeBatches(deployed, folder, { counts: [1, 5], firstNonce: 0n });
    for (const { ceremony } of batches) {
      const batchId = await registerCeremony(deployed, ceremony);
      await activate(deployed, ceremony, batchId, 0, ceremony.keys.length);
    }
    pubkeys = batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
    await requestEther(deployed, 30n, 40n);
    await passTime(deployed, 7n * DAY + 1n);
    await requestEther(deployed, 20n);
    return deployed;
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const open = async (): Promise<PoolConnection> => {
    const { chain, poolETH } = suite();
    const pool = await connectPool(chain.ethers.provider, await poolETH.getAddress());
    return { connection: chain, chainId: LOCAL.chainId, isLocal: true, pool, startBlock: 0 };
  };
  /** What comes next, carried out; undefined when nothing is left. */
  const goOn = async (opened: PoolConnection, requestId: bigint) => {
    const [sender] = await strangers(suite());
    const terminal = fakeTerminal("yes");
    const source = { batches: await fetchBatches(opened.pool, 0), network: LOCAL, dir: folder, terminal };
    const plan = await planOverdueExits(opened, source, {
      requestId,
      limit: await limitFee(opened, undefined),
      sender,
    });
    return plan && { plan, result: await carryOut(plan, { dryRun: false, yes: true }, terminal) };
  };

  it("finds the last request that is overdue, and requests the oldest keys of batch after batch for it", async () => {
    const opened = await open();
    expect(await requireOverdueRequest(opened)).to.equal(2n);
    const first = await goOn(opened, 2n);
    expect(first?.plan.details).to.deep.include({ request: 2n, missing: 2, batch: 0n, keys: 1, feeNowWei: 1n });
    expect(first?.result).to.deep.include({ request: 2n, batch: 0n, position: 0, keys: 1 });
    const second = await goOn(opened, 2n);
    expect(second?.result).to.deep.include({ request: 2n, batch: 1n, position: 0, keys: 1 });
    expect(await goOn(opened, 2n)).to.equal(undefined);
    expect(await exitsAsked(suite())).to.deep.equal(pubkeys.slice(0, 2));
  });

  it("goes on behind the keys that it took before", async () => {
    const opened = await open();
    const exits = await exitRequestsOf(suite());
    await goOn(opened, 1n);
    const plan = await goOn(opened, 2n);
    expect(plan?.plan.details).to.deep.include({ batch: 1n, position: 0, keys: 1 });
    expect((await exits.exitOf(1n, 0n)).wasOverdue).to.equal(true);
  });

  it("restores a batch first whose record was replaced", async () => {
    const opened = await open();
    const manager = suite().poolManager.connect(suite().operator);
    for (let i = 0; i < BATCH_RECORDS - 1; i++) await manager.registerBatch(ROOT, 1, [1n, 2n, 3n, 4n], "");
    const first = await goOn(opened, 1n);
    expect(first?.result).to.deep.include({ batch: 0n, restored: true });
    const second = await goOn(opened, 1n);
    expect(second?.result).to.deep.include({ request: 1n, batch: 0n, keys: 1 });
    expect(await exitsAsked(suite())).to.deep.equal(pubkeys.slice(0, 1));
  });

  it("says so when no request is overdue", async () => {
    const opened = await open();
    const { queue, poolETH, holders } = suite();
    const [, holder] = holders;
    await poolETH.connect(holder).deposit(holder.address, holder.address, { value: 90n * ETHER });
    await passTime(suite(), 60n * DAY);
    await queue.finalizeStale(3n);
    await requestEther(suite(), 1n);
    const error = await requireOverdueRequest(opened).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(InputError);
    expect(String(error)).to.match(/request have not waited for more than seven days \(got 1 that wait\)/);
  });
});
