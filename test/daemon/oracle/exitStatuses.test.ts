import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parseEther } from "ethers";
import { pino } from "pino";

import { exitRequestsOf } from "../../../clients/exitRequests.ts";
import { OracleConfig } from "../../../daemon/config/oracleConfig.ts";
import { packSignatures } from "../../../daemon/exchange/packSignatures.ts";
import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { archiveFile, ReportArchive } from "../../../daemon/oracle/archive.ts";
import { openMember } from "../../../daemon/oracle/member.ts";
import { connectNodes } from "../../../daemon/service/connections.ts";
import { DaemonMetrics } from "../../../daemon/service/metrics.ts";
import { freePort } from "../../../devnet/supervisor/freePort.ts";
import { openKeys } from "../../../src/ceremony/keyRange.ts";
import type { SignedMessage } from "../../../src/oracle/signedMessages.ts";
import { activate } from "../../helpers/activation.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { changeAnswer, jsonOf } from "../../helpers/changedAnswers.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { useMembers, walletOf, type TestMember } from "../../helpers/oracleMembers.ts";
import { deployFunded } from "../../helpers/registry.ts";
import { applyReport, nextRefSlot } from "../../helpers/report.ts";
import { serveChain } from "../../helpers/servedChain.ts";
import { registerServed, serveHead, useContentFolder } from "../../helpers/servedBatches.ts";

type Exits = Extract<SignedMessage, { kind: "exits" }>;

const GONE = { exitEpoch: 1n, withdrawableEpoch: 2n, balanceGwei: 0n };

describe("members that sign exits", () => {
  const folder = useContentFolder();
  const beacon = useBeaconServer();
  const suite = useSuite(async () => {
    const deployed = await deployFunded(200n);
    const first = await registerServed(deployed, folder, 4);
    await activate(deployed, first.ceremony, first.batchId, 0, 4);
    const second = await registerServed(deployed, folder, 3, 4);
    await activate(deployed, second.ceremony, second.batchId, 0, 2);
    return { ...deployed, first, second, refSlot: await nextRefSlot(deployed) };
  });
  const { open } = useMembers(suite);

  const serve = async (slot = suite().refSlot) => {
    const { first, second } = suite();
    const validators = [
      ...[GONE, {}, GONE, { ...GONE, balanceGwei: 5n }].map((changes, i) => validatorAt(first.ceremony, i, changes)),
      // On its way out, and not gone.
      validatorAt(second.ceremony, 0, { index: 200n, exitEpoch: 1n, withdrawableEpoch: slot / 32n + 1n }),
      validatorAt(second.ceremony, 1, { index: 201n, ...GONE }),
    ];
    await serveSuite(beacon(), suite(), slot, { validators });
    serveHead(beacon());
  };
  const exitsOf = async ({ url }: Pick<TestMember, "url">): Promise<Exits[]> => {
    const [answer] = await collectSignedMessages([url]);
    if (answer === undefined || "problem" in answer) throw new Error("the member does not answer");
    return answer.signed.messages.filter((each) => each.kind === "exits");
  };

  it("sign for each batch which validators are gone, which the registry takes, and then no more", async () => {
    await serve();
    const { first, second, refSlot } = suite();
    const members = await Promise.all([0, 1, 2].map((place) => open({ place, beacon: beacon().url })));
    for (const member of members) await member.round();
    const signed = await Promise.all(members.map(exitsOf));
    const spans = (all: readonly Exits[]) =>
      all.flatMap(({ ranges }) => ranges.map(({ batchId, from, to }) => `${batchId}:${from}-${to}`)).sort();
    for (const each of signed) expect(spans(each)).to.deep.equal(["0:0-1", "0:2-4", "1:1-2"]);
    const hashes = signed.map((each) => each.map(({ message }) => message.pubkeysHash));
    expect(hashes).to.deep.equal([hashes[0], hashes[0], hashes[0]]);

    const exits = (await exitRequestsOf(suite())).connect(suite().deployer);
    for (const [i, { ranges, message }] of (signed[0] ?? []).entries()) {
      const signatures = new Map(
        signed.map((each, j) => [members[j]?.address ?? "", each[i]?.signature ?? "0x"] as const),
      );
      const opened = ranges.map(({ batchId, from, to }) =>
        openKeys((batchId === first.batchId ? first : second).ceremony, batchId, from, to),
      );
      expect(message.refSlot).to.equal(refSlot);
      await exits.reportExits(opened, message.refSlot, packSignatures({ signatures }, 3));
    }
    expect((await exits.exitOf(first.batchId, 3)).isGone).to.equal(true);
    expect((await exits.exitOf(second.batchId, 1)).isGone).to.equal(true);
    expect((await exits.exitOf(second.batchId, 0)).isGone).to.equal(false);

    const next = await nextRefSlot(suite());
    await serve(next);
    const [member] = members;
    if (member === undefined) throw new Error("there are three");
    await member.round();
    expect(member.collected).to.deep.equal([refSlot, next]);
    expect((await exitsOf(member)).filter(({ message }) => message.refSlot === next)).to.deep.equal([]);
  });

  it("sign them after they were started again, with the report that they kept", async () => {
    const { chain, poolETH, withdrawalVault } = suite();
    await chain.networkHelpers.setBalance(await withdrawalVault.getAddress(), parseEther("128"));
    const refSlot = await nextRefSlot(suite());
    await serve(refSlot);
    const data = mkdtempSync(join(tmpdir(), "pooleth-member-"));
    const node = await serveChain(chain.provider);
    const exchangePort = await freePort();
    /** Runs the program for one round, and tells which exits it serves. */
    const run = async (exits: boolean): Promise<Exits[]> => {
      const config = OracleConfig.parse({
        ...{ pool: await poolETH.getAddress(), startBlock: 0, execution: [node.url], beacon: [beacon().url] },
        ...{ data, exchangePort, exits: { sign: exits }, report: { submit: false } },
      });
      const metrics = new DaemonMetrics();
      const { signal } = new AbortController();
      const { provider, beacons } = await connectNodes(config, metrics, signal);
      const signer = walletOf(suite(), 0).connect(provider);
      const log = pino({ level: "silent" });
      const member = await openMember({ config, provider, beacons, metrics, signer, log, signal, isDryRun: false });
      try {
        await member.round();
        return await exitsOf({ url: `http://127.0.0.1:${exchangePort}` });
      } finally {
        await member.close();
        provider.destroy();
      }
    };
    try {
      expect(await run(false)).to.deep.equal([]);
      const archive = new ReportArchive(archiveFile(data));
      const [{ refSlot } = { refSlot: 0n }] = archive.list();
      const report = archive.find(refSlot)?.report;
      archive.close();
      if (report === undefined) throw new Error("it kept none");
      const places = (all: readonly Exits[]) => all.flatMap(({ ranges }) => ranges.map(({ from, to }) => to - from));
      const before = await chain.networkHelpers.takeSnapshot();
      expect(places(await run(true))).to.have.members([1, 2, 1]);
      // The same where it was applied meanwhile.
      await before.restore();
      rmSync(join(data, "signatures.sqlite"));
      await applyReport(suite(), report);
      const signed = await run(true);
      expect(places(signed)).to.have.members([1, 2, 1]);
      expect(signed.every(({ message }) => message.refSlot === refSlot)).to.equal(true);
      // What is gone follows from what was found right, and not from what a node says of epochs since.
      rmSync(join(data, "signatures.sqlite"));
      changeAnswer(beacon(), "/eth/v1/config/spec", (answer) => {
        const { data: spec, ...others } = jsonOf(answer);
        return { json: { ...others, data: { ...(spec as object), SLOTS_PER_EPOCH: "1" } } };
      });
      expect(places(await run(true))).to.have.members([1, 2, 1]);
    } finally {
      await node.stop();
      rmSync(data, { recursive: true });
    }
  });
});
