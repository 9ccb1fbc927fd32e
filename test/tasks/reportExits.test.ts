import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { exitRequestsOf } from "../../clients/exitRequests.ts";
import { connectPool } from "../../clients/pool.ts";
import { BATCH_RECORDS } from "../../src/ceremony/batchHistory.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import type { Hex } from "../../src/units/hex.ts";
import { signExits } from "../../tasks/commands/exitEvidence.ts";
import { findGoneKeys, reportExits } from "../../tasks/commands/reportExits.ts";
import type { PoolConnection } from "../../tasks/connect.ts";
import { describeError } from "../../tasks/describeError.ts";
import { strangers } from "../helpers/accounts.ts";
import { activate, registerCeremony } from "../helpers/activation.ts";
import { writeBatches } from "../helpers/ceremonyFolders.ts";
import { useSuite } from "../helpers/isolation.ts";
import { fakeTerminal } from "../helpers/terminal.ts";
import { deployRedeemable } from "../helpers/withdrawals.ts";

const ROOT = `0x${"ab".repeat(32)}`;

describe("validators report-exits", () => {
  let folder: string;
  let pubkeys: Hex[];

  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    folder = mkdtempSync(join(tmpdir(), "pooleth-"));
    const batches = await writeBatches(deployed, folder, { counts: [1, 4], firstNonce: 0n });
    for (const { ceremony } of batches) {
      const batchId = await registerCeremony(deployed, ceremony);
      await activate(deployed, ceremony, batchId, 0, ceremony.keys.length);
    }
    pubkeys = batches.flatMap(({ ceremony }) => ceremony.keys.map(({ pubkey }) => pubkey));
    return deployed;
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Reports the keys at some places of both batches, by some members. */
  const report = async (places: readonly number[], { members = 3, dryRun = false } = {}) => {
    const { chain, poolETH } = suite();
    const pool = await connectPool(chain.ethers.provider, await poolETH.getAddress());
    const opened: PoolConnection = { connection: chain, chainId: LOCAL.chainId, isLocal: true, pool, startBlock: 0 };
    const [signer] = await strangers(suite());
    const terminal = fakeTerminal("yes");
    const keys = places.map((place) => pubkeys[place] ?? "0x");
    const gone = await findGoneKeys(opened, keys, folder, terminal);
    const evidence = { members: suite().members.slice(0, members), refSlot: 1n, beacon: undefined };
    const signed = await signExits(opened, keys, evidence, "wait");
    const sent = await reportExits(opened, gone, signed, { signer, flags: { dryRun, yes: true }, terminal });
    return { sent, noted: terminal.noted };
  };
  const gonePlaces = async () => {
    const exits = await exitRequestsOf(suite());
    const places = pubkeys.map((_, place) => (place === 0 ? ([0n, 0n] as const) : ([1n, BigInt(place - 1)] as const)));
    const marks = await Promise.all(places.map(([batch, position]) => exits.exitOf(batch, position)));
    return marks.flatMap(({ isGone }, place) => (isGone ? [place] : []));
  };

  it("proves the keys of several batches in the order in which members signed for them", async () => {
    const { sent } = await report([3, 4, 0, 1]);
    expect(sent).to.have.length(1);
    expect(sent[0]?.ranges).to.deep.equal([
      { batch: 1n, position: 2, keys: 2 },
      { batch: 0n, position: 0, keys: 1 },
      { batch: 1n, position: 0, keys: 1 },
    ]);
    expect(await gonePlaces()).to.deep.equal([0, 1, 3, 4]);
  });

  it("sends what is new beside what is known, and nothing when all is known", async () => {
    await report([1]);
    expect((await report([1, 2])).sent).to.have.length(1);
    const { sent, noted } = await report([2, 1]);
    expect(sent).to.deep.equal([]);
    expect(noted).to.deep.equal(["the pool manager knows already that these validators are gone"]);
    expect(await gonePlaces()).to.deep.equal([1, 2]);
  });

  it("restores a batch first whose record was replaced", async () => {
    const manager = suite().poolManager.connect(suite().operator);
    for (let i = 0; i < BATCH_RECORDS - 1; i++) await manager.registerBatch(ROOT, 1, [1n, 2n, 3n, 4n], "");
    const dry = await report([0, 2], { dryRun: true });
    expect(dry.sent).to.have.length(1);
    expect(dry.sent[0]).to.deep.include({ dryRun: true, batch: 0n });
    const { sent } = await report([0, 2]);
    expect(sent).to.have.length(2);
    expect(sent[0]).to.deep.include({ batch: 0n, restored: true });
    expect(sent[1]).to.deep.include({ keys: 2, refSlot: 1n });
    expect(await gonePlaces()).to.deep.equal([0, 2]);
  });

  it("H70 marks nothing by the word of too few", async () => {
    const error: unknown = await report([0], { members: 2 }).catch((caught: unknown) => caught);
    expect(describeError(error, "local")).to.match(/QuorumNotReached\(.+\): name the keys of more committee members/);
    expect(await gonePlaces()).to.deep.equal([]);
  });
});
